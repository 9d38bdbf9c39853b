using Rapport.Records;

namespace Rapport.Server.Pages.Circle;

/// <summary>Where the pages of a circle are, and whose it is.</summary>
/// <param name="Home">The page itself.</param>
/// <param name="Child">The name of the child whose it is; null where it is one's own.</param>
public sealed record CirclePlace(string Home, string? Child)
{
    /// <summary>That of a child, as a route.</summary>
    public const string ChildsHome = "/acting/{patient}/circle";

    /// <summary>One's own.</summary>
    public static CirclePlace Own { get; } = new(CirclePlaces.All, null);

    /// <summary>Both, as routes.</summary>
    public static IReadOnlyList<string> Homes { get; } = [CirclePlaces.All, ChildsHome];

    /// <summary>Whom was invited.</summary>
    public string Invitations => Home + "/invitations";

    /// <summary>The invitation that was just made.</summary>
    public string Made => Invitations + "/made";

    public string TakeBack => Invitations + "/take-back";

    public string Left => Home + "/left";

    public string Remove => Home + "/remove";

    public string Block => Home + "/block";

    public string Blocked => Home + "/blocked";

    public string Unblock => Home + "/unblock";

    /// <summary>Where it is looked at what is shared.</summary>
    public string Sharing => Child is null ? "/share" : Home[..Home.LastIndexOf('/')] + "/pass-on";

    /// <summary>That of a child.</summary>
    public static CirclePlace Of(GuardianAccess guardian) => new($"/acting/{guardian.Patient}/circle", guardian.PatientName);

    /// <summary>Somebody, on the page that asks before they are removed.</summary>
    public string RemoveOf(string reference) => $"{Remove}?who={reference}";

    /// <summary>Somebody, on the page that asks before they are blocked.</summary>
    /// <param name="name">Their reference, with a proof where whoever looks was introduced to them.</param>
    public string BlockOf(string name) => $"{Block}?who={name}";

    /// <summary>What is said of one's own circle, or of a child's.</summary>
    /// <param name="own">Its hole 0 is whom it is about.</param>
    /// <param name="childs">The same, and hole 1 is the child.</param>
    /// <param name="who">Whom it is about.</param>
    public string Say(string own, string childs, string who = "") => Child is { } child ? Language.Say.Fill(childs, who, child) : Language.Say.Fill(own, who);
}
