using Rapport.People;

namespace Rapport.Server.Pages.SharedWithMe;

/// <summary>What a record may be looked at for: HL7's purposes of use in plain words.</summary>
/// <param name="Code">The HL7 code.</param>
/// <param name="Text">For the one who looks, to stand after <c>for</c>.</param>
public sealed record Purposes(string Code, string Text)
{
    private static readonly Purposes[] OfProfessionals =
    [
        new("TREAT", "treatment"),
        new("CAREMGT", "planning and arranging care"),
        new("ETREAT", "an emergency"),
    ];

    private static readonly Purposes[] OfEverybody =
    [
        new("FAMRQT", "helping as family or friend"),
        new("PATRQT", "something the patient asked for"),
    ];

    /// <summary>The purposes that make sense for a person, the usual one first.</summary>
    public static IReadOnlyList<Purposes> For(Person person) => person.IsProfessional ? [.. OfProfessionals, .. OfEverybody] : OfEverybody;
}
