using System.Globalization;
using Rapport.Records;
using Rapport.Server.LinksGiven;

namespace Rapport.Server.Pages.Emergency.Card;

/// <summary>The emergency card of a record as it stands, with what the record says now.</summary>
/// <param name="Link">The link that its code holds.</param>
/// <param name="Card">What stands on it.</param>
/// <param name="Content">What could stand on it now, in the language of who reads.</param>
public sealed record EmergencyCardView(GivenLink Link, EmergencyCard Card, EmergencyCardContent Content)
{
    /// <summary>What came into the record since, what it says otherwise, and what is gone: a reason to make the card anew.</summary>
    public required IReadOnlyList<string> Added { get; init; }

    /// <inheritdoc cref="Added"/>
    public required IReadOnlyList<string> Changed { get; init; }

    /// <inheritdoc cref="Added"/>
    public required IReadOnlyList<string> Gone { get; init; }

    /// <summary>Whether the record says something else by now.</summary>
    public bool IsOld => Added.Count + Changed.Count + Gone.Count > 0;

    /// <summary>What stands on it.</summary>
    public IReadOnlyList<EmergencyLine> Lines => [.. Content.Lines.Where(line => Card.Lines.Any(known => known.Reference == line.Reference))];

    /// <summary>What its code holds.</summary>
    public string Address => ShlinkText.WithViewer(Link)!;

    /// <summary>The card that works, and how the record compares; null when there is none.</summary>
    /// <param name="own">Whose record.</param>
    /// <param name="name">What they are called.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<EmergencyCardView?> OfAsync(OwnAccess own, string name, DateTimeOffset now, CancellationToken cancel)
    {
        if (await FindAsync(own, now, cancel) is not { Card: { } card } link)
        {
            return null;
        }

        var content = await EmergencyCardContent.OfAsync(own, name, now, cancel);
        var said = await SaidAsync(own, name, now, cancel);
        var texts = content.Lines.ToDictionary(line => line.Reference, line => line.Text);
        return new EmergencyCardView(link, card, content)
        {
            Added = [.. content.Lines.Where(line => !card.Offered.Contains(line.Reference)).Select(line => line.Text)],
            Changed = [.. card.Lines.Where(line => said.TryGetValue(line.Reference, out var now) && now != line.Said).Select(line => texts[line.Reference])],
            Gone = [.. card.Lines.Where(line => !said.ContainsKey(line.Reference)).Select(line => line.Name)],
        };
    }

    /// <summary>The link of the card that works; null when there is none.</summary>
    internal static async Task<GivenLink?> FindAsync(OwnAccess own, DateTimeOffset now, CancellationToken cancel) => (await own.Links.ListAsync(cancel)).FirstOrDefault(link => link.Card is not null && link.IsOpen(now));

    /// <summary>What each entry says in English, whoever reads: by this it is found out whether it has changed.</summary>
    internal static async Task<IReadOnlyDictionary<string, string>> SaidAsync(OwnAccess own, string name, DateTimeOffset now, CancellationToken cancel)
    {
        // It holds within this method alone.
        CultureInfo.CurrentUICulture = Languages.English.Culture;
        return (await EmergencyCardContent.OfAsync(own, name, now, cancel)).Lines.ToDictionary(line => line.Reference, line => line.Text);
    }
}
