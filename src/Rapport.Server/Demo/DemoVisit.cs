using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Visits;

namespace Rapport.Server.Demo;

/// <summary>A list of questions that maya prepared for her next visit: some of what her record offers, and one of her own.</summary>
internal static class DemoVisit
{
    /// <summary>Prepares it, unless she has a list.</summary>
    public static async Task PrepareAsync(Modules modules, Person maya, Person doctor, CancellationToken cancel)
    {
        var own = await Patients.OpenAsync(modules, maya, maya.Record!.Value, cancel);
        if ((await own.Visits.ListAsync(cancel)).Count > 0)
        {
            return;
        }

        var now = modules.Clock.GetUtcNow();
        var offered = VisitDraft.Of(VisitReading.Read(await own.QueryAsync(VisitReading.QueryAt(now), cancel), now)).Offered;
        var plan = new VisitPlan
        {
            With = doctor.DisplayName,
            WithReference = doctor.Reference,
            On = DateOnly.FromDateTime(now.UtcDateTime).AddDays(9),
            Questions = [.. offered.Take(4).Select(VisitWords.Kept), new VisitQuestion("May I take the tablets in the evening? In the morning they make me tired.")],
        };
        await own.Visits.MakeAsync("demo", plan, cancel);
    }
}
