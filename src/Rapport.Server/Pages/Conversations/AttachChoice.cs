using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Conversations;

/// <summary>An entry of the record that can be attached.</summary>
/// <param name="Reference">Its FHIR reference.</param>
/// <param name="Line">What it is.</param>
/// <param name="Files">The references of the files that go along with it.</param>
public sealed record AttachOffer(string Reference, EntryLine Line, IReadOnlyList<string> Files)
{
    /// <summary>The sensitive labels that it carries, or what is shown as one with it.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether it stands apart, and goes along only when that was agreed to once more.</summary>
    public bool IsSensitive => Labels.Count > 0;

    /// <summary>What else to know of it.</summary>
    public string About => string.Join(" · ", ((string?[])[Line.Value, Line.Date]).Where(static part => !string.IsNullOrEmpty(part)));
}

/// <summary>
/// Which entries a patient, or who looks after them as they would themself, can attach to a message: what can be shared by its kind, and what they see. What is marked as sensitive, or shown as one with what is, stands apart, and goes along only when whoever attaches it agreed to it once more, knowing who sees it.
/// </summary>
internal static class AttachChoice
{
    private const int MostFound = 20;

    private static readonly IReadOnlyList<string> Types = [.. Kind.Shareable.SelectMany(static kind => kind.Types).Distinct()];

    /// <summary>Whether it is the file of a document, which goes along with it and is nothing by itself.</summary>
    public static bool IsFile(string reference) => reference.StartsWith("Binary/", StringComparison.Ordinal);

    /// <summary>The newest entries; those that have the words where somebody looks for some.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<AttachOffer>> OffersAsync(PatientSide side, string? find, CancellationToken cancel) => Offers(await side.ReadAsync(
        new RecordQuery.Timeline(MostFound) { Types = Types, Merges = true, Text = find is null ? null : TextCriterion.Of(find, Glossary.OfficialNames(find)) }, cancel));

    /// <summary>Those of a draft that go along: of what is marked as sensitive, what was agreed to.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<AttachOffer>> GoAlongAsync(PatientSide side, MessageDraft draft, CancellationToken cancel) =>
        [.. (await ChosenAsync(side, draft.Attached, cancel)).Where(offer => !offer.IsSensitive || draft.Agreed.Contains(offer.Reference))];

    /// <summary>Those that were chosen, without what is not there or not offered.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<AttachOffer>> ChosenAsync(PatientSide side, IEnumerable<string> references, CancellationToken cancel)
    {
        List<AttachOffer> chosen = [];
        foreach (var reference in references.Distinct().Take(ConversationDesk.MostAttached))
        {
            if (reference.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && Types.Contains(reference[..slash]) && LocalReference.TryParseId(reference.AsSpan(slash + 1), out var owner, out var local)
                && owner == side.Attached.Patient && Offers(await side.ReadAsync(new RecordQuery.ById(reference[..slash], local) { Merges = true }, cancel)) is [var offer, ..])
            {
                chosen.Add(offer with { Reference = reference });
            }
        }

        return chosen;
    }

    private static List<AttachOffer> Offers(RecordAnswer? answer)
    {
        List<AttachOffer> offers = [];
        for (var i = 0; i < (answer?.MatchCount ?? 0); i++)
        {
            var labels = answer!.SameAs(i).Select(static same => same.Index).Prepend(i).SelectMany(member => answer.Entries[member].Labels).Where(static label => SecurityLabels.IsSensitive("", label)).Distinct().ToList();
            var resource = answer.ReadResource(i);
            offers.Add(new AttachOffer(answer.Entries[i].Reference, EntryReader.Line(resource), [.. OpinionProposal.FilesOf(resource)]) { Labels = labels });
        }

        return offers;
    }
}
