namespace Rapport.Server.Pages.Emergency.Card;

/// <summary>What stands on an emergency card, in words, and as much of it as there is room for.</summary>
internal static class EmergencyCardWords
{
    /// <summary>What entries of a part are called.</summary>
    public static string Heading(EmergencyPart part) => part switch
    {
        EmergencyPart.Allergies => EmergencyCardText.Allergies,
        EmergencyPart.Medicines => EmergencyCardText.Medicines,
        EmergencyPart.Conditions => EmergencyCardText.Conditions,
        EmergencyPart.Implants => EmergencyCardText.Implants,
        EmergencyPart.BloodGroup => EmergencyCardText.BloodGroup,
        _ => EmergencyCardText.Directives,
    };

    /// <summary>The first entries of a part that fit into so many letters, and how many more there are. One is always there, cut if it must be.</summary>
    /// <param name="all">All of them.</param>
    /// <param name="room">Letters.</param>
    public static (IReadOnlyList<string> Shown, int More) Fit(IReadOnlyList<string> all, int room)
    {
        List<string> shown = [];
        foreach (var text in all)
        {
            if (shown.Count > 0 && text.Length + 2 > room)
            {
                break;
            }

            shown.Add(text.Length <= room ? text : text[..(room - 1)] + "…");
            room -= Math.Min(room, text.Length + 2);
        }

        return (shown, all.Count - shown.Count);
    }
}
