using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Emergency.Card;

/// <summary>The emergency card whose pages somebody has before them: their own, or that of a small child whom they look after.</summary>
/// <param name="Keeping">The card.</param>
/// <param name="Place">Where its pages are, and how they speak of it.</param>
/// <param name="Name">What the patient is called where the record does not say it.</param>
/// <param name="Read">Asks the record: one's own, or a child's through the gate, each look in its ledger. Null where nothing of it may be seen.</param>
internal sealed record CardDesk(CardKeeping Keeping, CardPlace Place, string Name, Func<RecordQuery, CancellationToken, Task<RecordAnswer?>> Read)
{
    /// <summary>That of the page that is asked for; null where whoever asks has to do with no such card.</summary>
    public static async Task<CardDesk?> OpenAsync(HttpContext http, RecordDoor door)
    {
        if (!http.Request.RouteValues.TryGetValue("patient", out var named))
        {
            return await door.OpenOwnAsync(http, TokenScopes.Share) is { } own ? Of(own, http.GetPerson().DisplayName) : null;
        }

        return PatientId.TryParse(named?.ToString(), out var patient) && await door.OpenGuardianAsync(http, patient, TokenScopes.Share) is { } guardian
            ? Of(guardian, http, door) : null;
    }

    /// <summary>That of a small child, for whoever looks after it.</summary>
    public static CardDesk Of(GuardianAccess guardian, HttpContext http, RecordDoor door) =>
        new(guardian.Card, CardPlace.Of(guardian), guardian.PatientName, async (query, _) => await door.AskAsync(http, guardian.Patient, PurposeOfUse.ActingForPatient, query));

    /// <summary>One's own.</summary>
    public static CardDesk Of(OwnAccess own, string name) => new(own.Card, CardPlace.Own, name, async (query, cancel) => await own.QueryAsync(query, cancel));
}

/// <summary>Where the pages of an emergency card are, and whose it is.</summary>
/// <param name="Home">The page itself.</param>
/// <param name="Child">The name of the child whose it is; null where it is one's own.</param>
public sealed record CardPlace(string Home, string? Child)
{
    /// <summary>One's own card.</summary>
    public const string OwnHome = "/share/emergency-card";

    /// <summary>The same for a child, as a route.</summary>
    public const string ChildsHome = "/acting/{patient}/emergency-card";

    /// <summary>One's own.</summary>
    public static CardPlace Own { get; } = new(OwnHome, null);

    /// <summary>Where it is chosen what stands on it.</summary>
    public string Edit => $"{Home}/edit";

    /// <summary>Where its code is ended.</summary>
    public string End => $"{Home}/end";

    /// <summary>Where a page leads back to.</summary>
    public string Back => Child is null ? Links.LinkPlaces.All : Home[..Home.LastIndexOf('/')];

    /// <summary>That of a child.</summary>
    public static CardPlace Of(GuardianAccess guardian) => new($"/acting/{guardian.Patient}/emergency-card", guardian.PatientName);

    /// <summary>The sheet to print, in a language.</summary>
    public string Paper(string language) => $"{Home}/paper?lang={language}";

    /// <summary>The file for a telephone, in a language.</summary>
    public string File(string language) => $"{Home}/file?lang={language}";

    /// <summary>What is said of one's own card, or of a child's.</summary>
    public string Say(string own, string childs) => Child is { } child ? Language.Say.Fill(childs, child) : own;
}
