using Rapport.Bench.Consent;
using Rapport.Bench.Fhir;
using Rapport.Bench.Ledger;
using Rapport.Bench.Records;

return args switch
{
    ["consent"] => ConsentBench.Run(),
    ["fhir"] => FhirBench.Run(),
    ["ledger"] => LedgerBench.Run(),
    ["import"] => await ImportBench.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project bench/Rapport.Bench -- consent|fhir|ledger|import");
    return 2;
}
