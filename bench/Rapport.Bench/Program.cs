using Rapport.Bench.Fhir;
using Rapport.Bench.Ledger;
using Rapport.Bench.Records;

return args switch
{
    ["fhir"] => FhirBench.Run(),
    ["ledger"] => LedgerBench.Run(),
    ["import"] => await ImportBench.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project bench/Rapport.Bench -- fhir|ledger|import");
    return 2;
}
