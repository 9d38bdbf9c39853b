namespace Rapport.Conversations;

/// <summary>What somebody is to a patient where no circle says it: kept in English like the relations of a circle, and said in the language of whoever reads.</summary>
public static class Relations
{
    /// <summary>The patient themself.</summary>
    public const string Patient = "patient";

    /// <summary>Who acts because the patient is a child.</summary>
    public const string Parent = "parent";

    /// <summary>A professional, or somebody of a care team.</summary>
    public const string Professional = "health professional";

    /// <summary>Anybody else.</summary>
    public const string Somebody = "somebody they know";
}
