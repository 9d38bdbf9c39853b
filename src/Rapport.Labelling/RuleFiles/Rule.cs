namespace Rapport.Labelling;

/// <summary>How what a rule lists tells of what it labels. It decides where the rule holds, and which sentence says why.</summary>
internal enum Implication
{
    /// <summary>It is about it: a diagnosis, a finding, a word.</summary>
    About,

    /// <summary>A medicine that is given for it. Does not hold for an allergy to the medicine.</summary>
    Medicine,

    /// <summary>A vaccine that is given for it.</summary>
    Vaccine,

    /// <summary>A test that looks for it, whatever the outcome.</summary>
    Test,

    /// <summary>A treatment of it.</summary>
    Treatment,

    /// <summary>A clinic, a ward or a service for it.</summary>
    Place,

    /// <summary>A professional who treats it.</summary>
    Specialist,

    /// <summary>A programme of an insurer or of a government for it.</summary>
    Program,

    /// <summary>Nobody could read it.</summary>
    Unreadable,

    /// <summary>It is in a language that the rules do not know.</summary>
    Unjudged,

    /// <summary>Of a minor, who may have been alone with it.</summary>
    Minor,

    /// <summary>Looks like it and is not: what it matches counts for no other rule.</summary>
    Harmless,
}

/// <summary>A rule of the rule files.</summary>
/// <param name="Number">Its place among all rules.</param>
/// <param name="Id">Its name: <c>alcohol-use-disorder</c>.</param>
/// <param name="Label">The label's code; empty when it is harmless.</param>
/// <param name="Implication">How it tells.</param>
internal sealed record Rule(int Number, string Id, string Label, Implication Implication)
{
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

    internal string System => Label == "R" ? Confidentiality : ActCode;
}
