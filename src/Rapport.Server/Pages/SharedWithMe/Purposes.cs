using Rapport.Consent;
using Rapport.People;
using Rapport.Records;

namespace Rapport.Server.Pages.SharedWithMe;

/// <summary>What a record may be looked at for: HL7's purposes of use in plain words.</summary>
/// <param name="Code">The HL7 code.</param>
public sealed record Purposes(string Code)
{
    private static readonly Purposes[] OfProfessionals = [new("TREAT"), new("CAREMGT"), new("ETREAT"), new(PurposeOfUse.Research)];

    private static readonly Purposes Emergency = new(PurposeOfUse.BreakTheGlass);

    private static readonly Purposes Acting = new(PurposeOfUse.ActingForPatient);

    private static readonly Purposes[] OfEverybody = [new("FAMRQT"), new("PATRQT")];

    /// <summary>For the one who looks, to stand after <c>for</c>: in the words that the patient reads, but for whom these call `you`.</summary>
    public string Text => Code switch
    {
        PurposeOfUse.PatientRequest => SharedText.Asked,
        PurposeOfUse.ActingForPatient => SharedText.Acting,
        _ => PurposeOfUse.Describe(Code),
    };

    /// <summary>The purposes that make sense for a person, the usual one first.</summary>
    public static IReadOnlyList<Purposes> For(Person person) => person.IsProfessional ? [.. OfProfessionals, .. OfEverybody] : OfEverybody;

    /// <summary>The purposes that make sense for a person and a record: an emergency too while they have opened its door, and acting for the patient where they may.</summary>
    public static IReadOnlyList<Purposes> For(Person person, SharedRecord record) =>
        [.. For(person), .. DoorOf(record) is null ? Array.Empty<Purposes>() : [Emergency], .. MayAct(record) ? [Acting] : Array.Empty<Purposes>()];

    /// <summary>Whether a person may look for this purpose at all, which does not say that they see anything.</summary>
    public static bool IsOpenTo(Person person, string code) => For(person).Any(known => known.Code == code) || (person.IsProfessional && code == Emergency.Code) || code == Acting.Code;

    /// <summary>The emergency door of a record that is open for whom it is shared with; null when none is.</summary>
    public static SharedAgreement? DoorOf(SharedRecord record) => record.Agreements.FirstOrDefault(static agreement => agreement.Purposes is [PurposeOfUse.BreakTheGlass]);

    /// <summary>Whether the record is of somebody for whom one acts.</summary>
    public static bool MayAct(SharedRecord record) => record.Agreements.Any(static agreement => agreement.Acts.Count > 0);

    /// <summary>Whether something is shared beside what one sees when acting for the patient.</summary>
    public static bool IsShared(SharedRecord record) => record.Agreements.Count == 0 || record.Agreements.Any(static agreement => agreement.Acts.Count == 0);

    /// <summary>What a person would look at a record for: what they usually do, unless the agreements are for something else alone.</summary>
    public static string UsualFor(Person person, SharedRecord record)
    {
        var known = For(person, record);
        var agreed = record.Agreements.SelectMany(agreement => agreement.Purposes.Count == 0 ? [person.DefaultPurpose] : agreement.Purposes).ToList();
        return agreed.Count == 0 || agreed.Contains(person.DefaultPurpose) ? person.DefaultPurpose
            : known.FirstOrDefault(purpose => agreed.Contains(purpose.Code))?.Code ?? person.DefaultPurpose;
    }

    /// <summary>The words for a purpose, to stand after <c>for</c>; null for one that nobody here looks for.</summary>
    public static string? Find(string code) => OfProfessionals.Concat(OfEverybody).Append(Emergency).Append(Acting).FirstOrDefault(purpose => purpose.Code == code)?.Text;
}
