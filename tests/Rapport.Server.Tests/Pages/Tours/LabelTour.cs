using Microsoft.Playwright;
using Rapport.Records;
using Rapport.Server.Pages.Record.Labels;

namespace Rapport.Server.Tests.Pages.Tours;

/// <summary>Past the pages of what stays home, of a patient who shares conditions with her doctor.</summary>
internal static class LabelTour
{
    internal static async IAsyncEnumerable<string> WalkAsync(Visitor visitor, Household home)
    {
        var cancel = TestContext.Current.CancellationToken;
        await home.Patient.ImportAsync(visitor.Server, "%PDF-1.7 scanned %%EOF"u8.ToArray(), "letter-from-the-clinic.pdf");
        var own = await home.Patient.OpenAsync(visitor.Server);
        var condition = (await own.QueryAsync(new RecordQuery.Everything(), cancel)).Entries.First(static entry => entry.ResourceType == "Condition" && entry.Labels.Contains("PSY"));
        await own.Labels.SayAsync([new LabelWord(new LabelScope.OfType("Immunization"), SecurityLabel.Of("", "GDIS"), LabelVerdict.Added) { Shown = "Vaccination" }], mayShareMore: false, cancel);
        await visitor.GoAsync(LabelEndpoints.All);
        yield return "labels";
        await visitor.GoAsync(LabelEndpoints.All + "/PSY");
        yield return "labels-class";
        var letter = (await own.QueryAsync(new RecordQuery.Everything(), cancel)).Entries.First(static entry => entry.ResourceType == "DocumentReference" && entry.Labels.Contains("R"));
        await visitor.GoAsync($"/record/{letter.Reference}");
        yield return "entry-unread";
        await visitor.GoAsync($"/record/{condition.Reference}/labels");
        yield return "entry-labels";
        await visitor.ClickAsync(LabelsText.GoOn);
        await visitor.SeesAsync(LabelsText.NothingChanged);
        yield return "entry-labels-problem";
        await visitor.Page.GetByRole(AriaRole.Checkbox, new() { Name = Language.Say.Sentence(LabelWords.Of(SecurityLabel.Of("", "PSY"))), Exact = true }).UncheckAsync();
        await visitor.ClickAsync(LabelsText.GoOn);
        await visitor.ShowWhoOneIsIfAskedAsync();
        await visitor.SeesAsync(LabelsText.WhoSeesMore);
        yield return "labels-review";
    }
}
