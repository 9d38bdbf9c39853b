using Rapport.People;

namespace Rapport.Server.Pages.Circle;

/// <summary>What somebody is to a patient. A circle keeps the usual ones in English; what people wrote themselves stays as they wrote it.</summary>
internal static class Relation
{
    /// <summary>What a patient can choose for whom they invite, in the order of the page.</summary>
    public static IReadOnlyList<string> Offered { get; } = ["partner", "parent", "child", "sibling", "family", "friend", "neighbour", "carer", "doctor", "specialist"];

    /// <summary>What whoever looks after a small child can choose: a child has no partner and no children.</summary>
    public static IReadOnlyList<string> OfferedToChild { get; } = [.. Offered.Except(["partner", "child"])];

    /// <summary>Of whom nothing else is known: a patient added them as an emergency contact, or named them for later, by their sign-in name.</summary>
    public const string Trusted = "contact";

    /// <summary>What a member of a circle is. Emergency contact is called who is told in an emergency now.</summary>
    public static string Of(CircleMember member) => Of(member.Relationship, member.IsEmergencyContact);

    /// <summary>The same of a circle that whoever reads is in.</summary>
    public static string Of(CircleLink link) => Of(link.Relationship, link.IsEmergencyContact);

    private static string Of(string kept, bool isEmergencyContact) => kept == Trusted && isEmergencyContact ? CircleText.Contact : Say(kept);

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
        Trusted => CircleText.Trusted,
        _ => kept,
    };
}
