using System.Globalization;
using Rapport.Records;
using Rapport.Server.LinksGiven;

namespace Rapport.Server.Pages.Emergency.Card;

/// <summary>The emergency card of a record as it stands, with what the record says now.</summary>
/// <param name="Place">Where its pages are, and whose it is.</param>
/// <param name="Link">The link that its code holds.</param>
/// <param name="Card">What stands on it.</param>
/// <param name="Content">What could stand on it now, in the language of who reads.</param>
public sealed record EmergencyCardView(CardPlace Place, GivenLink Link, EmergencyCard Card, EmergencyCardContent Content)
{
    /// <summary>What came into the record since, what it says otherwise, and what is gone: a reason to make the card anew.</summary>
    public required IReadOnlyList<string> Added { get; init; }

    /// <inheritdoc cref="Added"/>
    public required IReadOnlyList<string> Changed { get; init; }

    /// <inheritdoc cref="Added"/>
    public required IReadOnlyList<string> Gone { get; init; }

    /// <summary>What stands on it and was marked as sensitive since: it is told, and stays until the patient takes it off, for it may save their life.</summary>
    public required IReadOnlyList<string> Marked { get; init; }

    /// <summary>Where somebody else made it for the patient who reads: who, and until when its code opens anything at the latest.</summary>
    public (string Name, DateTimeOffset? Until)? Maker { get; init; }

    /// <summary>Whether the record says something else by now.</summary>
    public bool IsOld => Added.Count + Changed.Count + Gone.Count > 0;

    /// <summary>What stands on it.</summary>
    public IReadOnlyList<EmergencyLine> Lines => [.. Content.Lines.Where(line => Card.Lines.Any(known => line.Is(known.Reference)))];

    /// <summary>What its code holds.</summary>
    public string Address => ShlinkText.WithViewer(Link)!;

    /// <summary>The card that works, and how the record compares; null when there is none.</summary>
    internal static async Task<EmergencyCardView?> OfAsync(CardDesk desk, DateTimeOffset now, CancellationToken cancel)
    {
        if (await desk.Keeping.FindAsync(cancel) is not { Card: { } card } link || await EmergencyCardSource.ReadAsync(desk, cancel) is not { } source)
        {
            return null;
        }

        var content = EmergencyCardContent.Of(source, now);
        var said = Said(source, now);
        var texts = new Dictionary<string, string>();
        foreach (var (reference, line) in content.Lines.SelectMany(static line => line.Others.Prepend(line.Reference).Select(reference => (reference, line))))
        {
            texts.TryAdd(reference, line.Told);
        }

        return new EmergencyCardView(desk.Place, link, card, content)
        {
            Maker = desk.Place.Child is null ? await desk.Keeping.MakerAsync(link, cancel) : null,
            Added = [.. content.Lines.Where(line => line.Serves && !card.Offered.Any(line.Is)).Select(line => line.Told)],
            Changed = [.. card.Lines.Where(line => said.TryGetValue(line.Reference, out var now) && now != line.Said).Select(line => texts[line.Reference])],
            Gone = [.. card.Lines.Where(line => !said.ContainsKey(line.Reference)).Select(line => line.Name)],
            Marked = [.. content.Lines.Where(line => line.IsSensitive && card.Lines.Any(known => !known.IsSensitive && line.Is(known.Reference))).Select(line => line.Told)],
        };
    }

    /// <summary>What each entry says in English, whoever reads, under its reference and those of all that is shown as one with it: by this it is found out whether it has changed.</summary>
    internal static IReadOnlyDictionary<string, string> Said(EmergencyCardSource source, DateTimeOffset now)
    {
        var reader = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = Languages.English.Culture;
        try
        {
            var said = new Dictionary<string, string>();
            foreach (var (reference, line) in EmergencyCardContent.Of(source, now).Lines.SelectMany(static line => line.Others.Prepend(line.Reference).Select(reference => (reference, line))))
            {
                said.TryAdd(reference, line.Text);
            }

            return said;
        }
        finally
        {
            CultureInfo.CurrentUICulture = reader;
        }
    }
}
