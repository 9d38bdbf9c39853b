using Rapport.Bench.Ledger;

return args switch
{
    ["ledger"] => LedgerBench.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project bench/Rapport.Bench -- ledger");
    return 2;
}
