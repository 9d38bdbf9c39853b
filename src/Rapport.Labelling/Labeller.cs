using Rapport.Fhir;

namespace Rapport.Labelling;

/// <summary>
/// Says which HL7 sensitivity labels a resource should carry, and why: by its codes, its words, and what these imply (the medicine, the test, the place, the specialist, the visit). The rules are text files
/// (<c>Rules/*.txt</c>, explained in docs/labelling.md). Pure and safe to use from many threads.
/// </summary>
public static class Labeller
{
    /// <summary>
    /// Which rules these are: raised whenever other labels may be found than before, by a rule or by how rules are read, so that what was labelled by older rules is labelled anew. A test holds the files of this
    /// module against it.
    /// </summary>
    public const int RulesVersion = 4;

    /// <summary>What a rule is about, inside a sentence in the reader's language: <c>a problem with alcohol</c>. Null when there is no such rule.</summary>
    public static string? NameOf(string rule) => RuleBook.Current.ById.ContainsKey(rule) ? Reasons.NameOf(rule) : null;

    /// <summary>
    /// The labels of a resource, each rule once with the first place where it was met, ordered by label and rule. Whatever the resource, this answers and does not throw.
    /// </summary>
    /// <param name="resource">Any resource; what is contained in it counts as its own.</param>
    /// <param name="resolve">
    /// Finds another resource of the same record by its reference (<c>Encounter/x</c>, <c>Practitioner/y</c>; <c>Patient</c> alone for the patient, whose birth date is asked for); null where there is none. What
    /// it finds is read, but its own references are not followed.
    /// </param>
    public static IReadOnlyList<FoundLabel> Label(Resource resource, Func<string, Resource?>? resolve = null)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return ResourceReader.Read(RuleBook.Current, resource, resolve);
    }
}
