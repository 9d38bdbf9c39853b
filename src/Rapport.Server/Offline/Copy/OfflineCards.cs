using Rapport.Server.Pages.Emergency.Card;

namespace Rapport.Server.Offline.Copy;

/// <summary>Emergency cards as devices keep them.</summary>
internal static class OfflineCards
{
    /// <summary>The card as it stands; null where there is none.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<OfflineCard?> OfAsync(CardDesk desk, DateTimeOffset now, CancellationToken cancel)
    {
        if (await EmergencyCardView.OfAsync(desk, now, cancel) is not { } view)
        {
            return null;
        }

        List<OfflinePart> parts =
        [
            .. view.Lines.OrderBy(static line => line.Part).GroupBy(static line => line.Part).Select(static part => new OfflinePart(EmergencyCardWords.Heading(part.Key), [.. part.Select(static line => line.Told)])),
        ];
        Add(EmergencyCardText.Contacts, view.Card.Contacts);
        Add(EmergencyCardText.AlsoKnow, view.Card.Note);
        return new OfflineCard(view.Content.Who, view.Card.Languages.Length == 0 ? null : Say.Fill(EmergencyCardText.SpeaksThese, view.Card.Languages), parts, Say.Fill(EmergencyCardText.MadeOnCard, Say.Day(view.Card.MadeAt)), view.IsOld);

        void Add(string title, string text)
        {
            if (text.Length > 0)
            {
                parts.Add(new OfflinePart(title, text.Split('\n')));
            }
        }
    }
}
