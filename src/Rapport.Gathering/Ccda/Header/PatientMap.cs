using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>The <c>recordTarget</c> as a Patient, with US Core's extensions for what R4 has no element for.</summary>
internal static class PatientMap
{
    private const string UsCore = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-";
    private const string Core = "http://hl7.org/fhir/StructureDefinition/patient-";
    private const string Path = "recordTarget/patientRole";

    private static readonly Dictionary<string, string> Genders = new()
    {
        ["F"] = "female",
        ["M"] = "male",
        ["UN"] = "other",
        ["O"] = "other",
        ["U"] = "unknown",
        ["UNK"] = "unknown",
    };

    private static readonly HashSet<string> RaceCategories = ["1002-5", "2028-9", "2054-5", "2076-8", "2106-3"];

    private static readonly HashSet<string> EthnicityCategories = ["2135-2", "2186-5"];

    // ISO 639-2, which CDA allows, as the two letters that BCP 47 wants where there are two.
    private static readonly Dictionary<string, string> Languages = new()
    {
        ["eng"] = "en", ["spa"] = "es", ["fra"] = "fr", ["fre"] = "fr", ["deu"] = "de", ["ger"] = "de", ["ita"] = "it", ["por"] = "pt", ["rus"] = "ru", ["zho"] = "zh",
        ["chi"] = "zh", ["jpn"] = "ja", ["kor"] = "ko", ["vie"] = "vi", ["ara"] = "ar", ["hin"] = "hi", ["pol"] = "pl", ["tgl"] = "tl", ["hat"] = "ht", ["nld"] = "nl",
        ["dut"] = "nl", ["ell"] = "el", ["gre"] = "el", ["heb"] = "he", ["fas"] = "fa", ["per"] = "fa", ["urd"] = "ur", ["ben"] = "bn", ["guj"] = "gu", ["pan"] = "pa",
        ["som"] = "so", ["ukr"] = "uk", ["tur"] = "tr", ["swe"] = "sv", ["nor"] = "no", ["dan"] = "da", ["fin"] = "fi",
    };

    /// <summary>Adds the patient, if the document says who that is.</summary>
    internal static void Read(CcdaReading reading)
    {
        if (reading.Root.First("recordTarget", "patientRole") is not { } role)
        {
            return;
        }

        var values = new CdaValues(reading.Texts);
        var patient = role.First("patient");
        var json = R4.Resource("Patient").With("extension", Extensions(patient, values, reading)).With("identifier", CdaId.Identifiers(role))
            .With("name", CdaPersons.Names(patient, values))
            .With("telecom", CdaPersons.Telecoms(role, values)).With("gender", GenderOf(patient.First("administrativeGenderCode")))
            .With("birthDate", CdaTime.Date(patient.First("birthTime").At("value")));
        PutDeath(json, patient, values);
        json.With("address", CdaPersons.Addresses(role, values)).With("maritalStatus", values.Concept(patient.First("maritalStatusCode")));
        PutMultipleBirth(json, patient);
        json.With("contact", Contacts(reading, patient, values)).With("communication", Communication(patient, values))
            .With("managingOrganization", reading.People.Organization(role.First("providerOrganization")));
        reading.PatientReference = reading.Harvest.Add(
            "Patient\n" + (reading.PatientKey ?? Outline.Content(role)), json, CcdaReading.HeaderProvenance(role, Path, values.Converted)) ?? Harvest.Patient;
    }

    /// <summary>A language as BCP 47 has it.</summary>
    internal static string? Language(string? code, CdaValues values)
    {
        if (code is not { Length: >= 2 and <= 35 } || !code.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return null;
        }

        if (Languages.GetValueOrDefault(code.ToLowerInvariant()) is not { } two)
        {
            return code;
        }

        values.Convert($"the language `{code}` is `{two}` in BCP 47");
        return two;
    }

    private static string? GenderOf(XElement? code) => code is null ? null : Genders.GetValueOrDefault(code.At("code") ?? "UNK", "other");

    private static void PutDeath(JsonObject json, XElement? patient, CdaValues values)
    {
        if (values.Time(patient.Sdtc("deceasedTime")) is { } time)
        {
            json["deceasedDateTime"] = time;
        }
        else if (patient.Sdtc("deceasedInd") is { } died && died.At("value") is "true" or "false")
        {
            json["deceasedBoolean"] = patient.Sdtc("deceasedInd").IsTrue("value");
        }
    }

    private static void PutMultipleBirth(JsonObject json, XElement? patient)
    {
        if (CdaValues.TryNumber(patient.Sdtc("multipleBirthOrderNumber").At("value"), out var order) && order is >= 1 and <= 20 && order == decimal.Truncate(order))
        {
            json["multipleBirthInteger"] = (int)order;
        }
        else if (patient.Sdtc("multipleBirthInd").At("value") is "true" or "false")
        {
            json["multipleBirthBoolean"] = patient.Sdtc("multipleBirthInd").IsTrue("value");
        }
    }

    private static JsonArray Extensions(XElement? patient, CdaValues values, CcdaReading reading)
    {
        var list = new JsonArray();
        Put(Categories("race", [.. patient.Cdas("raceCode"), .. patient.Sdtcs("raceCode")], RaceCategories, values));
        Put(Categories("ethnicity", [.. patient.Cdas("ethnicGroupCode"), .. patient.Sdtcs("ethnicGroupCode")], EthnicityCategories, values));
        Put(values.Concept(patient.First("religiousAffiliationCode")) is { } religion ? Extension(Core + "religion", "valueCodeableConcept", religion) : null);
        Put(patient.First("birthplace", "place", "addr") is { } place
            && CdaPersons.Address(place, values) is { } address ? Extension(Core + "birthPlace", "valueAddress", address) : null);
        foreach (var observation in reading.Statements)
        {
            Put(Observed(observation, values));
        }

        return list;

        void Put(JsonObject? extension)
        {
            if (extension is not null && !list.Any(known => JsonNode.DeepEquals(known, extension)))
            {
                list.Add((JsonNode)extension);
            }
        }
    }

    /// <summary>What C-CDA observes of the patient's sex and gender, and US Core has as extensions.</summary>
    private static JsonObject? Observed(Statement observation, CdaValues values)
    {
        if (observation.IsAboutSomebodyElse || observation.IsNegated || observation.Value is null)
        {
            return null;
        }

        var extension = IsBirthSex(observation) && observation.Value.At("code") is "F" or "M"
            ? Extension(UsCore + "birthsex", "valueCode", observation.Value.At("code")!)
            : IsBirthSex(observation) && observation.Value.NullFlavor() is "UNK" or "ASKU" or "OTH"
            ? Extension(UsCore + "birthsex", "valueCode", observation.Value.NullFlavor()!)
            : observation.Is(CcdaTemplates.GenderIdentity) && values.Concept(observation.Value) is { } identity
            ? Extension(UsCore + "genderIdentity", "valueCodeableConcept", identity)
            : observation.Is(CcdaTemplates.Sex) && CdaValues.CodeOf(observation.Value) is { } sex ? Extension(UsCore + "sex", "valueCode", sex)
            : null;
        if (extension is not null)
        {
            CcdaReading.Fold(observation);
        }

        return extension;
    }

    private static bool IsBirthSex(Statement observation) => observation.Is(CcdaTemplates.BirthSex)
        || (observation.Kind == "observation" && observation.HasCode("76689-9"));

    private static JsonObject Extension(string url, string name, JsonNode value) => new() { ["url"] = url, [name] = value };

    /// <summary>Race and ethnicity: the categories of the Office of Management and Budget, what is said in more detail, and both in words.</summary>
    private static JsonObject? Categories(string name, IReadOnlyList<XElement> codes, HashSet<string> categories, CdaValues values)
    {
        var parts = new JsonArray();
        List<string> words = [];
        foreach (var code in codes.Take(20))
        {
            if (values.Coding(code) is { } coding)
            {
                parts.Add((JsonNode)Extension(categories.Contains(coding["code"]!.GetValue<string>()) ? "ombCategory" : "detailed", "valueCoding", coding));
                words.Add(coding["display"]?.GetValue<string>() ?? coding["code"]!.GetValue<string>());
            }
            else if (code.NullFlavor() is "UNK" or "ASKU")
            {
                parts.Add((JsonNode)Extension("ombCategory", "valueCoding", R4.Coding(CodeSystems.NullFlavor, code.NullFlavor())));
                words.Add(code.NullFlavor() == "UNK" ? "Unknown" : "Asked but unknown");
            }
        }

        if (parts.Count == 0)
        {
            return null;
        }

        parts.Add((JsonNode)Extension("text", "valueString", string.Join(", ", words.Distinct())));
        return new JsonObject { ["url"] = UsCore + name, ["extension"] = parts };
    }

    private static JsonArray Communication(XElement? patient, CdaValues values)
    {
        var list = new JsonArray();
        HashSet<string> there = [];
        foreach (var spoken in patient.Cdas("languageCommunication").Take(20))
        {
            if (Language(spoken.First("languageCode").At("code"), values) is { } language && there.Add(language))
            {
                var json = new JsonObject { ["language"] = R4.Concept(CodeSystems.Language, language, null) };
                if (spoken.First("preferenceInd").At("value") is "true" or "false")
                {
                    json["preferred"] = spoken.First("preferenceInd").IsTrue("value");
                }

                list.Add((JsonNode)json);
            }
        }

        return list;
    }

    /// <summary>Guardians, and those whom the header names as the patient's own people.</summary>
    private static JsonArray Contacts(CcdaReading reading, XElement? patient, CdaValues values)
    {
        var list = new JsonArray();
        foreach (var guardian in patient.Cdas("guardian").Take(10))
        {
            Put(Contact(guardian, guardian.First("guardianPerson"), [values.Concept(guardian.First("code")) ?? R4.Concept(CodeSystems.V3 + "RoleClass", "GUARD", "guardian")], values, reading));
        }

        foreach (var entity in reading.Root.Cdas("participant").Where(participant => participant.At("typeCode") is "IND" or "HLD" or "CON")
            .Select(participant => participant.First("associatedEntity")).OfType<XElement>().Take(20))
        {
            var role = R4.Concept(CodeSystems.V3 + "RoleClass", entity.At("classCode") ?? "PRS", null);
            Put(Contact(entity, entity.First("associatedPerson"), values.Concept(entity.First("code")) is { } code ? [role, code] : [role], values, reading));
        }

        return list;

        void Put(JsonObject? contact)
        {
            if (contact is not null)
            {
                list.Add((JsonNode)contact);
            }
        }
    }

    private static JsonObject? Contact(XElement entity, XElement? person, JsonObject[] roles, CdaValues values, CcdaReading reading)
    {
        var name = CdaPersons.Name(person.First("name"), values);
        var organization = reading.People.Organization(entity.First("guardianOrganization") ?? entity.First("scopingOrganization"));
        return name is null && organization is null ? null
            : new JsonObject { ["relationship"] = R4.List(roles) }.With("name", name).With("telecom", CdaPersons.Telecoms(entity, values))
                .With("address", CdaPersons.Addresses(entity, values).FirstOrDefault()?.DeepClone()).With("organization", name is null ? organization : null);
    }
}
