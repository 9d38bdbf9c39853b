using Rapport.Bench.Consent;
using Rapport.Bench.Door;
using Rapport.Bench.Fhir;
using Rapport.Bench.Ledger;
using Rapport.Bench.Records;

return args switch
{
    ["consent"] => ConsentBench.Run(),
    ["fhir"] => FhirBench.Run(),
    ["ledger"] => LedgerBench.Run(),
    ["import"] => await ImportBench.RunAsync(),
    ["door"] => await DoorBench.RunAsync(database: null, patients: 200),
    ["door", var connection] => await DoorBench.RunAsync(connection, patients: 200),
    ["bare", var port, var body] => await BareServer.RunAsync(int.Parse(port), body),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project bench/Rapport.Bench -- consent|fhir|ledger|import|door [POSTGRESQL CONNECTION]");
    return 2;
}
