using Microsoft.AspNetCore.DataProtection;
using Rapport.Records;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Emergency.Card;

/// <summary>What a patient wants on their emergency card, as it was sent.</summary>
public sealed record EmergencyCardForm
{
    /// <summary>Letters of whom to call, of languages, of what else to know: what a card has room for.</summary>
    public const int MostContacts = 160, MostLanguages = 60, MostNote = 200;

    /// <summary>The references of the entries.</summary>
    public IReadOnlyList<string> Entries { get; init; } = [];

    /// <inheritdoc cref="EmergencyCard.Contacts"/>
    public string Contacts { get; init; } = "";

    /// <inheritdoc cref="EmergencyCard.Languages"/>
    public string Languages { get; init; } = "";

    /// <inheritdoc cref="EmergencyCard.Note"/>
    public string Note { get; init; } = "";

    /// <summary>What was sent. What is too long stays too long, so that it can be said.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="content">What may stand on the card: nothing else is kept.</param>
    internal static EmergencyCardForm Of(IFormCollection fields, EmergencyCardContent content)
    {
        var ticked = fields["entry"].ToHashSet();
        return new EmergencyCardForm
        {
            Entries = [.. content.Lines.Select(line => line.Reference).Where(ticked.Contains)],
            Contacts = Text(fields["contacts"], MostContacts),
            Languages = Text(fields["languages"], MostLanguages),
            Note = Text(fields["note"], MostNote),
        };
    }

    /// <summary>What is proposed: all that may save a life and is not sensitive; and what the card has already, where there is one, unless it was marked since.</summary>
    internal static EmergencyCardForm Propose(EmergencyCardContent content, EmergencyCard? card) => card is null
        ? new EmergencyCardForm { Entries = [.. content.Lines.Where(line => line is { IsSensitive: false, Serves: true }).Take(EmergencyCard.MostLines).Select(line => line.Reference)], Contacts = content.Contacts.Cut(MostContacts), Languages = content.Languages.Cut(MostLanguages) }
        : new EmergencyCardForm
        {
            Entries = [.. content.Lines.Where(line => card.Lines.Any(known => line.Is(known.Reference) && (known.IsSensitive || !line.IsSensitive)) || (line is { IsSensitive: false, Serves: true } && !card.Offered.Any(line.Is))).Take(EmergencyCard.MostLines).Select(line => line.Reference)],
            Contacts = card.Contacts,
            Languages = card.Languages,
            Note = card.Note,
        };

    /// <summary>What is wrong, by field.</summary>
    internal Dictionary<string, string> Problems()
    {
        Dictionary<string, string> problems = [];
        if (Entries.Count is 0 or > EmergencyCard.MostLines)
        {
            problems["what"] = Say.Fill(EmergencyCardText.ChooseWhat, Say.Number(EmergencyCard.MostLines));
        }

        foreach (var (field, text, most) in new[] { ("contacts", Contacts, MostContacts), ("languages", Languages, MostLanguages), ("note", Note, MostNote) })
        {
            if (text.Length > most)
            {
                problems[field] = Say.Fill(EmergencyCardText.TooLong, Say.Number(most));
            }
        }

        return problems;
    }

    private static string Text(Microsoft.Extensions.Primitives.StringValues value, int most) => value.ToString().Trim().Replace("\r\n", "\n", StringComparison.Ordinal).Cut(most + 1);
}

/// <summary>Emergency cards on their way, while somebody shows who they are.</summary>
/// <inheritdoc/>
internal sealed class EmergencyCardForms(IDataProtectionProvider protection) : SealedDrafts<EmergencyCardForm>(protection, "emergency-card-draft");
