"""Filing supervision (立案监督): receipts and their limits, complaints about filing, regular checks."""
