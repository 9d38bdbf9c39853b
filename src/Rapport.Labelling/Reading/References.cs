using System.Collections.Frozen;

namespace Rapport.Labelling;

/// <summary>Which references imply something about who refers.</summary>
internal static class References
{
    private static readonly FrozenDictionary<string, Via> Names = new Dictionary<string, Via>
    {
        ["encounter"] = Via.Visit,
        ["context"] = Via.Visit,

        ["reasonReference"] = Via.Grounds,
        ["addresses"] = Via.Grounds,
        ["condition"] = Via.Grounds,
        ["diagnosisReference"] = Via.Grounds,
        ["indication"] = Via.Grounds,

        ["author"] = Via.Author,
        ["asserter"] = Via.Author,
        ["recorder"] = Via.Author,
        ["requester"] = Via.Author,
        ["performer"] = Via.Author,
        ["actor"] = Via.Author,
        ["individual"] = Via.Author,
        ["practitioner"] = Via.Author,
        ["provider"] = Via.Author,
        ["assessor"] = Via.Author,
        ["authenticator"] = Via.Author,
        ["resultsInterpreter"] = Via.Author,
        ["sender"] = Via.Author,
        ["careTeam"] = Via.Author,
        ["member"] = Via.Author,

        ["location"] = Via.Place,
        ["serviceProvider"] = Via.Place,
        ["managingOrganization"] = Via.Place,
        ["custodian"] = Via.Place,
        ["facility"] = Via.Place,
        ["organization"] = Via.Place,
        ["healthcareService"] = Via.Place,
        ["locationReference"] = Via.Place,

        ["medicationReference"] = Via.Other,
        ["itemReference"] = Via.Other,
        ["result"] = Via.Other,
        ["hasMember"] = Via.Other,
        ["derivedFrom"] = Via.Other,
        ["basedOn"] = Via.Other,
        ["partOf"] = Via.Other,
        ["prescription"] = Via.Other,
        ["authorizingPrescription"] = Via.Other,
        ["priorPrescription"] = Via.Other,
        ["request"] = Via.Other,
        ["goal"] = Via.Other,
    }.ToFrozenDictionary();

    /// <summary>What a reference of that JSON name leads to; null when it says nothing about who refers, as the patient does not.</summary>
    internal static Via? ViaOf(string name) => Names.TryGetValue(name, out var via) ? via : null;
}
