using System.Text.Json.Nodes;
using System.Xml.Linq;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>The visit that a document is about, and the care team that its header names.</summary>
internal static class HeaderMap
{
    internal static void ReadEncounter(CcdaReading reading)
    {
        if (reading.Root.First("componentOf", "encompassingEncounter") is not { } encounter)
        {
            return;
        }

        var values = new CdaValues(reading.Texts);
        var json = R4.Resource("Encounter").With("identifier", CdaId.Identifiers(encounter));
        Encounters.PutClass(json, encounter.First("code"), encounter.First("effectiveTime"), null, values);
        json.With("subject", reading.Subject());
        json.With("participant", Participants(reading, encounter, values)).With("period", values.Period(encounter.First("effectiveTime")));
        if (values.Concept(encounter.First("dischargeDispositionCode")) is { } disposition)
        {
            json["hospitalization"] = new JsonObject { ["dischargeDisposition"] = disposition };
        }

        var facility = encounter.First("location", "healthCareFacility");
        if (reading.People.Location(facility) is { } location)
        {
            json["location"] = R4.List(new JsonObject { ["location"] = location });
        }

        json.With("serviceProvider", reading.People.Organization(facility.First("serviceProviderOrganization")));
        reading.Label(json);
        reading.Visit = new HeaderEncounter(CdaId.First(encounter), "Encounter\n" + (CdaId.Key(encounter)
            ?? Outline.Content(encounter)), json, CcdaReading.HeaderProvenance(encounter, "componentOf/encompassingEncounter", values.Converted));
        reading.Encounter = reading.Harvest.ReferenceTo(reading.Visit.Key);
    }

    /// <summary>Adds the visit, unless a section tells of the same one and has added it.</summary>
    internal static void AddEncounter(CcdaReading reading)
    {
        if (reading.Visit is { IsTold: false } visit)
        {
            reading.Harvest.Add(visit.Key, visit.Json, visit.Where);
        }
    }

    /// <summary>Those who care for the patient, by the services that the document is about.</summary>
    internal static void ReadCareTeam(CcdaReading reading)
    {
        var events = reading.Root.Cdas("documentationOf").Select(of => of.First("serviceEvent")).OfType<XElement>().ToArray();
        var values = new CdaValues(reading.Texts);
        var members = new JsonArray();
        HashSet<string> there = [];
        foreach (var performer in events.SelectMany(service => service.Cdas("performer")).Take(100))
        {
            if (reading.People.Who(performer.First("assignedEntity")) is { } who && there.Add(who.ToJsonString()))
            {
                JsonObject?[] roles = [values.Concept(performer.First("functionCode")), values.Concept(performer.First("assignedEntity", "code"))];
                members.Add((JsonNode)new JsonObject().With("role", new JsonArray([.. roles.Where(role => role is not null)]))
                    .With("member", who).With("period", values.Period(performer.First("time"))));
            }
        }

        if (members.Count == 0)
        {
            return;
        }

        var json = R4.Resource("CareTeam").With("status", "active").With("name", "Care team").With("subject", reading.Subject());
        json["participant"] = members;
        json.With("managingOrganization", reading.People.Organization(reading.Root.First("custodian", "assignedCustodian", "representedCustodianOrganization")) is { } custodian ? R4.List(custodian) : null);
        reading.Label(json);
        var key = $"CareTeam\n{reading.PatientKey}\n{CdaId.First(reading.Root.First("custodian", "assignedCustodian", "representedCustodianOrganization"))}";
        reading.Harvest.Add(key, json, CcdaReading.HeaderProvenance(events[0], "documentationOf/serviceEvent", values.Converted));
    }

    private static JsonArray Participants(CcdaReading reading, XElement encounter, CdaValues values)
    {
        var list = new JsonArray();
        foreach (var participant in encounter.Cdas("responsibleParty").Concat(encounter.Cdas("encounterParticipant")).Take(50))
        {
            if (reading.People.Only(reading.People.Who(participant.First("assignedEntity")), "Practitioner") is { } who)
            {
                var type = participant.Name.LocalName == "responsibleParty" ? "ATND" : participant.At("typeCode") ?? "PART";
                list.Add((JsonNode)new JsonObject { ["type"] = R4.List(R4.Concept(CodeSystems.V3 + "ParticipationType", type, null)), ["individual"] = who }
                    .With("period", values.Period(participant.First("time"))));
            }
        }

        return list;
    }
}

/// <summary>The visit that the header tells of.</summary>
/// <param name="Id">Its first id; null for none.</param>
/// <param name="Key">What it is known by.</param>
/// <param name="Json">The entry.</param>
/// <param name="Where">Its place.</param>
internal sealed record HeaderEncounter(string? Id, string Key, JsonObject Json, Provenance Where)
{
    /// <summary>Whether a section tells of it too, whose entry holds both.</summary>
    internal bool IsTold { get; set; }
}
