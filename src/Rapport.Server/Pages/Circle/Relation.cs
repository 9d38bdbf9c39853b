namespace Rapport.Server.Pages.Circle;

/// <summary>What somebody is to a patient. A circle keeps the usual ones in English; what people wrote themselves stays as they wrote it.</summary>
internal static class Relation
{
    /// <summary>In the language of whoever reads.</summary>
    public static string Say(string kept) => kept switch
    {
        "doctor" => CircleText.Doctor,
        "specialist" => CircleText.Specialist,
        "carer" => CircleText.Carer,
        "daughter" => CircleText.Daughter,
        "parent" => CircleText.Parent,
        "guardian" => CircleText.Guardian,
        "contact" => CircleText.Contact,
        _ => kept,
    };
}
