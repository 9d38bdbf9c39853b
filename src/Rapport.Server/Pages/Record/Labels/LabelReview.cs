using Rapport.Consent;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Record.Labels;

/// <summary>What words on labels would do: which entries change, and who would see more or less.</summary>
/// <param name="Said">The words, in sentences.</param>
/// <param name="Count">How many entries would carry other marks.</param>
/// <param name="Titles">What they are called; no more than are shown.</param>
/// <param name="More">Who would see more.</param>
/// <param name="Less">Who would see less.</param>
/// <param name="Gains">Names what would be seen more, for the form that agrees to it; null when nothing would.</param>
public sealed record LabelReview(IReadOnlyList<string> Said, int Count, IReadOnlyList<string> Titles, IReadOnlyList<LabelReviewEffect> More, IReadOnlyList<LabelReviewEffect> Less, string? Gains)
{
    private const int MostTitles = 12;
    private const int MostUnderOne = 6;

    internal static async Task<LabelReview> OfAsync(
        LabelPreview preview, IReadOnlyList<string> said, OwnAccess own, Recipients recipients, PersonId self, DateTimeOffset now, CancellationToken cancel)
    {
        Dictionary<string, string> names = new() { [""] = LabelsText.Everybody };
        foreach (var agreement in await Agreement.AllAsync(own, recipients, self, now, cancel))
        {
            foreach (var (reference, name) in agreement.Consent.Consent.Recipients.Zip(agreement.Recipients))
            {
                names.TryAdd(reference, name);
            }
        }

        var effects = preview.Effects();
        return new LabelReview(said, preview.Count, TitlesOf(Enumerable.Range(0, preview.Count), MostTitles), Told(static effect => effect.Gains), Told(static effect => effect.Loses), preview.Gains);

        List<LabelReviewEffect> Told(Func<LabelEffect, IReadOnlyList<int>> which) =>
        [
            .. from effect in effects
               let entries = which(effect)
               where entries.Count > 0
               select new LabelReviewEffect(
                   Say.Fill(LabelsText.SeesMore, names.GetValueOrDefault(effect.Recipient, effect.Recipient), PurposeOfUse.Describe(effect.Purpose), Say.Count(LabelsText.Entries, entries.Count)),
                   TitlesOf(entries, MostUnderOne), entries.Count),
        ];

        List<string> TitlesOf(IEnumerable<int> numbers, int most) => [.. numbers.Take(most).Select(number => LabelWords.Title(EntryReader.Line(preview.Read(number))))];
    }
}

/// <summary>What somebody would see more or less of.</summary>
/// <param name="Text">Who, for what, and how much.</param>
/// <param name="Titles">What the entries are called; no more than are shown.</param>
/// <param name="Count">How many there are.</param>
public sealed record LabelReviewEffect(string Text, IReadOnlyList<string> Titles, int Count);
