-- 闭环 Bihuan：PostgreSQL 的两个账号。由数据库超级用户在本系统的数据库里运行，可以重复运行：
--
--     sudo -u postgres createdb --encoding=UTF8 bihuan
--     sudo -u postgres psql -d bihuan -f roles.sql
--     sudo -u postgres psql -c '\password bihuan_owner' -c '\password bihuan_app'
--
-- bihuan_owner  属主：建表、升级、恢复时用（bihuan init、bihuan upgrade、bihuan restore），平时不用。
-- bihuan_app    应用：服务运行时用。能读写数据，不能改表、拆触发器；对日志等只增不改的表只能查看和追加。
--               逐表的权限由程序在每次升级后以属主身份授予，不写在这里。

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bihuan_owner') THEN
        CREATE ROLE bihuan_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bihuan_app') THEN
        CREATE ROLE bihuan_app;
    END IF;
END
$$;

ALTER ROLE bihuan_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE bihuan_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

DO $$
BEGIN
    -- 应用账号不隶属于属主账号，否则就能变成属主。
    IF EXISTS (
        SELECT FROM pg_auth_members
        WHERE roleid = 'bihuan_owner'::regrole AND member = 'bihuan_app'::regrole
    ) THEN
        REVOKE bihuan_owner FROM bihuan_app;
    END IF;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO bihuan_owner', current_database());
    -- 导入前备好的行放在临时表里。
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO bihuan_app', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM bihuan_app;
GRANT USAGE, CREATE ON SCHEMA public TO bihuan_owner;
GRANT USAGE ON SCHEMA public TO bihuan_app;
