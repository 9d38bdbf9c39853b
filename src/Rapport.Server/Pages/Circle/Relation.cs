namespace Rapport.Server.Pages.Circle;

/// <summary>What somebody is to a patient. A circle keeps the usual ones in English; what people wrote themselves stays as they wrote it.</summary>
internal static class Relation
{
    /// <summary>What a patient can choose for whom they invite, in the order of the page.</summary>
    public static IReadOnlyList<string> Offered { get; } = ["partner", "parent", "child", "sibling", "family", "friend", "neighbour", "carer", "doctor", "specialist"];

    /// <summary>What whoever looks after a small child can choose: a child has no partner and no children.</summary>
    public static IReadOnlyList<string> OfferedToChild { get; } = [.. Offered.Except(["partner", "child"])];

    /// <summary>In the language of whoever reads.</summary>
    public static string Say(string kept) => kept switch
    {
        "partner" => CircleText.Partner,
        "parent" => CircleText.Parent,
        "child" => CircleText.Child,
        "daughter" => CircleText.Daughter,
        "sibling" => CircleText.Sibling,
        "family" => CircleText.Family,
        "friend" => CircleText.Friend,
        "neighbour" => CircleText.Neighbour,
        "carer" => CircleText.Carer,
        "doctor" => CircleText.Doctor,
        "specialist" => CircleText.Specialist,
        "guardian" => CircleText.Guardian,
        "contact" => CircleText.Contact,
        _ => kept,
    };
}
