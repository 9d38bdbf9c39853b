using Rapport.Records;

namespace Rapport.Server.Pages.Requests;

/// <summary>Where what others ask is answered, and for whom.</summary>
/// <param name="Home">Where it is seen.</param>
/// <param name="Child">The name of the small child that is asked; null where it is oneself.</param>
public sealed record AskedPlace(string Home, string? Child)
{
    /// <summary>That of a child, as a route.</summary>
    public const string ChildsHome = "/acting/{patient}/requests";

    /// <summary>One's own.</summary>
    public static AskedPlace Own { get; } = new("/share", null);

    /// <summary>Where a yes begins.</summary>
    public string Answer => Home + "/answer";

    /// <summary>Where it is chosen what goes along for a child.</summary>
    public string What => Home + "/what";

    /// <summary>Where it is seen what goes along for a child.</summary>
    public string Review => Home + "/review";

    /// <summary>The same, entry by entry.</summary>
    public string Items => Home + "/items";

    public string Refuse => Home + "/refuse";

    public string LetAsk => Home + "/let-ask";

    /// <summary>That of a child.</summary>
    public static AskedPlace Of(GuardianAccess guardian) => new($"/acting/{guardian.Patient}/requests", guardian.PatientName);

    /// <summary>What is said of oneself, or of a child.</summary>
    /// <param name="own">Its holes 0 and 1 are filled with the others.</param>
    /// <param name="childs">The same, and hole 2 is the child.</param>
    /// <param name="first">The first.</param>
    /// <param name="second">The second.</param>
    public string Say(string own, string childs, string first = "", string second = "") =>
        Child is { } child ? Language.Say.Fill(childs, first, second, child) : Language.Say.Fill(own, first, second);
}
