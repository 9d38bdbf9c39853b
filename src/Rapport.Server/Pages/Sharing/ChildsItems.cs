using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>What somebody would see of a small child's record and what would stay home, for whoever looks after the child: of what they may see themself, by kind and one by one.</summary>
internal static class ChildsItems
{
    /// <summary>By kind, in the order in which pages show them, how many entries there are on one side.</summary>
    /// <param name="preview">What would be decided.</param>
    /// <param name="sight">What whoever looks after the child may see themself.</param>
    /// <param name="isSeen">Whether those that would be seen are meant, or those that stay home.</param>
    public static IReadOnlyList<(Kind Kind, int Count)> Kinds(SharingPreview preview, SharingPreview sight, bool isSeen) =>
    [
        .. from entry in preview.Entries()
           where entry.Reason.Permitted == isSeen && sight.IsSeen(entry.Entry)
           group entry by Kind.Of(entry.Entry.ResourceType) into kind
           orderby Kind.All.ToList().IndexOf(kind.Key)
           select (kind.Key, kind.Count()),
    ];

    /// <summary>The entries of one kind on one side, one by one with the reason of each. It is a look at the record like any other, and stands in the ledger.</summary>
    /// <param name="http">Who looks.</param>
    /// <param name="door">The way to the record.</param>
    /// <param name="patient">Whose record.</param>
    /// <param name="sides">What would be decided, and what whoever looks may see themself.</param>
    /// <param name="which">The side, a <see cref="SummarySide.Name"/>, and the kind.</param>
    /// <param name="page">Which page, from 1.</param>
    /// <param name="why">Why an entry is on its side, as it is told to who looks after a child: the decision speaks to whose record it is.</param>
    /// <param name="parameters">What else the page has.</param>
    public static async Task<IResult> ShowAsync(
        HttpContext http, RecordDoor door, PatientId patient, (SharingPreview Then, SharingPreview Sight) sides, (string Side, Kind Kind) which, int? page, Func<DecisionReason, string> why,
        Dictionary<string, object?> parameters)
    {
        var all = SharingSummary.ListOf(sides.Then, leavesOut: null, which.Side, which.Kind).FindAll(entry => sides.Sight.IsSeen(entry.Entry));
        var (number, entries) = ItemsPage.PageOf(page, all);
        var query = new RecordQuery.Several([.. entries.GroupBy(static entry => entry.Entry.ResourceType).Select(static type => SearchQuery.Parse(
            type.Key, [new("_id", string.Join(',', type.Select(static entry => entry.Entry.Id))), new("_count", ItemsPage.PageSize.ToString(CultureInfo.InvariantCulture))]).Query!)]);
        if (entries.Count == 0 || await door.AskAsync(http, patient, PurposeOfUse.ActingForPatient, query) is not { } answer)
        {
            return TypedResults.NotFound();
        }

        var released = Enumerable.Range(0, answer.Count).ToDictionary(i => answer.Entries[i].Reference);
        List<(AnsweredEntry, DecisionReason, EntryLine, int)> items = [.. from entry in entries
            where released.ContainsKey(entry.Entry.Reference)
            let at = released[entry.Entry.Reference]
            select (answer.Entries[at], entry.Reason with { Text = why(entry.Reason) }, EntryReader.Line(answer.ReadResource(at)), 0)];
        parameters[nameof(ItemsPage.Side)] = which.Side;
        parameters[nameof(ItemsPage.Kind)] = which.Kind;
        parameters[nameof(ItemsPage.Items)] = items;
        parameters[nameof(ItemsPage.Total)] = all.Count;
        parameters[nameof(ItemsPage.Page)] = number;
        return new RazorComponentResult<ItemsPage>(parameters);
    }
}
