namespace Rapport.Server.Pages.Circle;

/// <summary>Where the pages about circles are.</summary>
internal static class CirclePlaces
{
    /// <summary>The people around whoever looks.</summary>
    public const string All = "/circle";

    /// <summary>The circles that they are in.</summary>
    public const string Mine = All + "/mine";

    public const string Leave = All + "/leave";

    public const string Left = All + "/left";

    public const string Remove = All + "/remove";

    public const string Block = All + "/block";

    public const string Blocked = All + "/blocked";

    public const string Unblock = All + "/unblock";

    /// <summary>Whom a patient invited.</summary>
    public const string Invitations = All + "/invitations";

    /// <summary>The invitation that was just made.</summary>
    public const string Made = Invitations + "/made";

    public const string TakeBack = Invitations + "/take-back";

    /// <summary>Where an invitation leads. It stands behind the # of the address, which browsers keep to themselves.</summary>
    public const string Join = "/join";

    /// <summary>The invitation that this browser brought.</summary>
    public const string Invitation = Join + "/invitation";

    public const string Accept = Join + "/accept";

    public const string Decline = Join + "/decline";

    /// <summary>Somebody, on the page that asks before they are removed.</summary>
    public static string RemoveOf(string reference) => $"{Remove}?who={reference}";

    /// <summary>Somebody, on the page that asks before they are blocked.</summary>
    /// <param name="name">Their reference, with a proof where whoever looks was introduced to them.</param>
    public static string BlockOf(string name) => $"{Block}?who={name}";
}
