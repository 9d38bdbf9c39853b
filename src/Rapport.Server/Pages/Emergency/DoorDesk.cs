using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;
using Rapport.Consent;

namespace Rapport.Server.Pages.Emergency;

/// <summary>The emergency door whose pages somebody has before them: their own, or that of a small child whom they look after.</summary>
/// <param name="Keeping">The door.</param>
/// <param name="Place">Where its pages are, and how they speak of it.</param>
/// <param name="Own">The record, where it is their own; null for a child's.</param>
internal sealed record DoorDesk(DoorKeeping Keeping, DoorPlace Place, OwnAccess? Own)
{
    /// <summary>That of the page that is asked for; null where whoever asks decides about no such door.</summary>
    public static async Task<DoorDesk?> OpenAsync(HttpContext http, RecordDoor door)
    {
        if (!http.Request.RouteValues.TryGetValue("patient", out var named))
        {
            return await door.OpenOwnAsync(http, TokenScopes.Share) is { } own ? new DoorDesk(own.Door, DoorPlace.Own, own) : null;
        }

        return PatientId.TryParse(named?.ToString(), out var patient) && await door.OpenGuardianAsync(http, patient, TokenScopes.Share) is { } guardian
            ? new DoorDesk(guardian.Door, DoorPlace.Of(guardian), null)
            : null;
    }
}

/// <summary>Where the pages of an emergency door are, and whose it is.</summary>
/// <param name="Home">The page itself.</param>
/// <param name="Child">The name of the child whose it is; null where it is one's own.</param>
/// <param name="Record">Where its record is looked at.</param>
public sealed record DoorPlace(string Home, string? Child, RecordPlace Record)
{
    /// <summary>The way to decide about one's own door.</summary>
    public const string OwnHome = "/share/emergency";

    /// <summary>The same for a child, as a route.</summary>
    public const string ChildsHome = "/acting/{patient}/emergency";

    /// <summary>One's own.</summary>
    public static DoorPlace Own { get; } = new(OwnHome, null, RecordPlace.Own);

    /// <summary>Where a page leads back to.</summary>
    public string Back => Child is null ? "/share" : Home[..Home.LastIndexOf('/')];

    /// <summary>Where what somebody opened is ended.</summary>
    public string Close => $"{Home}/close";

    /// <summary>Where it is read what they saw.</summary>
    public string Ledger => Child is null ? "/ledger" : $"{Back}/ledger";

    /// <summary>Where the entries of one kind that somebody would see, or that would stay home, stand one by one.</summary>
    public string Items(bool isSeen, Kind kind) => $"{Home}/items?in={(isSeen ? SummarySide.Seen : SummarySide.Home)}.{kind.Name}";

    /// <summary>That of a child.</summary>
    public static DoorPlace Of(GuardianAccess guardian) =>
        new($"/acting/{guardian.Patient}/emergency", guardian.PatientName, RecordPlace.SharedBy(guardian.Patient, PurposeOfUse.ActingForPatient));
}
