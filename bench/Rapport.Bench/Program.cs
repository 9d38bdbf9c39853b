using Rapport.Bench.AppleHealth;
using Rapport.Bench.Ccda;
using Rapport.Bench.Consent;
using Rapport.Bench.Door;
using Rapport.Bench.Fhir;
using Rapport.Bench.Fit;
using Rapport.Bench.Labelling;
using Rapport.Bench.Ledger;
using Rapport.Bench.Merging;
using Rapport.Bench.Records;
using Rapport.Bench.Series;
using Rapport.Bench.Talks;
using Rapport.Bench.Urgency;

return args switch
{
    ["consent"] => ConsentBench.Run(),
    ["fhir"] => FhirBench.Run(),
    ["ledger"] => LedgerBench.Run(),
    ["import"] => await ImportBench.RunAsync(),
    ["ccda"] => CcdaBench.Run(),
    ["series"] => SeriesBench.Run(),
    ["take-back"] => await TakeBackBench.RunAsync(),
    ["search"] => await SearchBench.RunAsync(),
    ["apple"] => AppleHealthBench.Run(megabytes: 1024),
    ["apple", var megabytes] => AppleHealthBench.Run(int.Parse(megabytes)),
    ["fit"] => FitBench.Run(),
    ["labelling"] => LabellingBench.Run(),
    ["merging"] => MergingBench.Run(),
    ["door"] => await DoorBench.RunAsync(database: null, patients: 200),
    ["door", var connection] => await DoorBench.RunAsync(connection, patients: 200),
    ["talk"] => await TalkBench.RunAsync(database: null),
    ["talk", var connection] => await TalkBench.RunAsync(connection),
    ["urgent"] => UrgentBench.Run(),
    ["bare-talk", var port] => await BareTalkServer.RunAsync(int.Parse(port)),
    ["bare", var port, var body] => await BareServer.RunAsync(int.Parse(port), body),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project bench/Rapport.Bench -- consent|fhir|ledger|import|take-back|search|series|ccda|apple [MEGABYTES]|fit|labelling|merging|door [POSTGRESQL CONNECTION]|talk [POSTGRESQL CONNECTION]|urgent");
    return 2;
}
