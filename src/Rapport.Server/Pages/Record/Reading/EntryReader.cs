using System.Collections.Frozen;
using System.Globalization;
using Rapport.Fhir;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>
/// Tells a FHIR resource of any type to people. What a type calls its title, its value and its date stands in the tables here; everything
/// else is read the same way for all types, so that nothing an entry says is left out. Pure.
/// </summary>
internal static class EntryReader
{
    private static readonly string[] TitleElements =
        ["code", "vaccineCode", "medication", "title", "name", "description", "type", "procedureCode", "category", "relationship", "deviceName", "scope", "class"];

    private static readonly FrozenDictionary<string, string[]> TitleElementsOf = new Dictionary<string, string[]>
    {
        ["CarePlan"] = ["title", "category", "description"],
        ["Communication"] = ["topic", "category", "reasonCode", "medium"],
        ["Composition"] = ["title", "type"],
        ["Coverage"] = ["type", "payor"],
        ["Device"] = ["deviceName", "type"],
        ["DeviceUseStatement"] = ["device"],
        ["DocumentReference"] = ["description", "type", "category"],
        ["Encounter"] = ["type", "serviceType", "class"],
        ["ExplanationOfBenefit"] = ["type"],
        ["ImagingStudy"] = ["description", "procedureCode", "modality"],
        ["PractitionerRole"] = ["code", "practitioner", "organization"],
        ["Specimen"] = ["type"],
    }.ToFrozenDictionary();

    /// <summary>HL7's codes of interpretation that call for a second look.</summary>
    private static readonly HashSet<string> Flags = ["A", "AA", "H", "HH", "HU", "L", "LL", "LU", "R"];

    private const string Interpretations = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

    /// <summary>Letters of a message or a comment that a line tells.</summary>
    private const int MostOfMessage = 120;

    private const string Systolic = "8480-6";
    private const string Diastolic = "8462-4";

    /// <summary>Best first: the order the record's own timeline goes by.</summary>
    private static readonly string[] DateElements =
    [
        "onset", "effective", "performed", "occurrence", "period", "date", "authoredOn", "started", "serviced", "billablePeriod", "whenHandedOver",
        "recordedDate", "start", "startDate", "created", "issued", "sent", "authored", "dateTime", "recorded",
    ];

    private static readonly HashSet<string> TechnicalOnly = ["id", "meta", "implicitRules", "language", "text", "contained"];

    /// <summary>Whom an entry is about goes without saying, and its identifiers are for programs.</summary>
    private static readonly HashSet<string> Technical =
        [.. TechnicalOnly, "extension", "modifierExtension", "identifier", "subject", "patient", "beneficiary"];

    /// <summary>What says how an entry is kept, for the end of what is told: its status and the drawer it is in.</summary>
    private static List<string> Kept => [.. ((string[])["category", "verificationStatus", "status", "intent"]).Select(Wording.Element)];

    private static readonly HashSet<string> Tags =
    [
        "disorder", "finding", "situation", "procedure", "regime/therapy", "event", "observable entity", "product", "substance", "medicinal product", "morphologic abnormality", "body structure",
        "environment", "social concept", "qualifier value", "physical object", "organism", "clinical drug",
    ];

    private static readonly HashSet<string> Alarming = ["entered-in-error", "cancelled", "not-done", "aborted", "stopped", "refuted"];

    /// <summary>The entry in one line.</summary>
    public static EntryLine Line(Resource resource)
    {
        var root = resource.Root;
        var (text, say) = Date(root);
        var title = WithoutTag(Title(resource));
        return new EntryLine
        {
            Kind = Kind.Of(resource.TypeName),
            TypeName = Wording.Type(resource.TypeName),
            Title = title,
            TitleLanguage = LoincNames.LanguageOf(root, title),
            Term = Term(root),
            Value = Value(resource),
            Date = say,
            DateText = text,
            State = State(resource),
            Danger = resource.TypeName == "AllergyIntolerance" && root.Text("criticality") == "high" ? ReadingText.HighDanger : null,
            Alarm = root.Text("status") is { } status && Alarming.Contains(status) ? Wording.Code(status) : Flag(root),
        };
    }

    /// <summary>What a result was flagged as by whoever measured it: <c>high</c>; null when it is as usual or not said.</summary>
    public static string? Flag(Element root)
    {
        foreach (var interpretation in root.All("interpretation"))
        {
            foreach (var coding in interpretation.TypeName == "CodeableConcept" ? interpretation.All("coding") : [])
            {
                if (coding.Text("code") is { } code && Flags.Contains(code))
                {
                    return Wording.Display(Interpretations, code);
                }
            }
        }

        return null;
    }

    /// <summary>The entry in full.</summary>
    public static EntryText Read(Resource resource)
    {
        var root = resource.Root;
        var facts = ValueReader.Facts(root, Technical);

        // What it says before how it is kept: whoever reads it asks for the one, and seldom for the other.
        facts = [.. facts.OrderBy(fact => Kept.IndexOf(fact.Name))];
        foreach (var contained in root.All("contained"))
        {
            facts.Add(new Fact(Wording.Type(contained.TypeName), [new FactValue.Part(ValueReader.Facts(contained, TechnicalOnly))]));
        }

        if (facts.Count == 0 && root.TryGetChild("text", out var narrative) && ValueReader.Read(narrative) is { } words)
        {
            facts.Add(new Fact(ReadingText.InWords, [words]));
        }

        // Who or what is known by a number alone.
        if (facts.Count == 0)
        {
            facts = ValueReader.Facts(root, TechnicalOnly);
        }

        var more = ValueReader.Facts(root, TechnicalOnly).Where(fact => !facts.Any(known => known.Name == fact.Name));
        return new EntryText(Line(resource), facts, [.. more]);
    }

    /// <summary>SNOMED CT says in brackets what sort of thing a name stands for; people see that.</summary>
    private static string WithoutTag(string title)
    {
        var open = title.EndsWith(')') ? title.LastIndexOf(" (", StringComparison.Ordinal) : -1;
        return open > 0 && Tags.Contains(title[(open + 2)..^1]) ? title[..open] : title;
    }

    /// <summary>The term of the glossary that the entry's code stands for.</summary>
    private static Glossary? Term(Element root) => root.TryGetChild("code", out var code) && code.TypeName == "CodeableConcept"
        ? Glossary.Find(code.All("coding").Select(coding => coding.Text("code")), ValueReader.Words(code) is { } words ? WithoutTag(words) : null)
        : null;

    private static string Title(Resource resource)
    {
        if (resource.TypeName == "Consent")
        {
            return ConsentTitle(resource.Root);
        }

        if (Records.Comment.Is(resource.Root))
        {
            return ReadingText.Comment;
        }

        if (resource.TypeName == "Communication" && resource.Root.TryGetChild("sender", out var sender) && sender.Text("display") is { Length: > 0 } from)
        {
            // Nobody made sure who it is where a name is all there is.
            return Say.Fill(sender.Text("reference") is null && !sender.TryGetChild("identifier", out _) ? ReadingText.MessageSaidFrom : ReadingText.MessageFrom, from);
        }

        if (resource.TypeName == "Observation" && SeriesReading.MetricOf(resource.Root) is { } metric)
        {
            return SeriesReading.Title(metric);
        }

        if (resource.TypeName is "Claim" or "ExplanationOfBenefit" && Inner(resource.Root, "item", "productOrService") is { } services)
        {
            return Say.Sentence(services);
        }

        foreach (var name in TitleElementsOf.GetValueOrDefault(resource.TypeName, TitleElements))
        {
            foreach (var element in resource.Root.All(name))
            {
                if (ValueReader.Words(element) is { Length: > 0 } words)
                {
                    return Say.Sentence(words);
                }
            }
        }

        return Wording.Type(resource.TypeName);
    }

    /// <summary>Whom it is with; its category is a code that tells people nothing.</summary>
    private static string ConsentTitle(Element root)
    {
        if (root.All("extension").Any(static extension => extension.Text("url") == Rapport.Consent.PatientConsent.EmergencyDoor))
        {
            return Emergency.EmergencyText.YourDoor;
        }

        var names = new List<string>();
        if (root.TryGetChild("provision", out var provision))
        {
            foreach (var actor in provision.All("actor"))
            {
                if (actor.TryGetChild("reference", out var reference) && reference.Text("display") is { Length: > 0 } name)
                {
                    names.Add(name);
                }
            }
        }

        return names.Count > 0 ? Say.Fill(ReadingText.AgreementWith, Say.List(names)) : ReadingText.Agreement;
    }

    private static string? Value(Resource resource)
    {
        var root = resource.Root;
        return resource.TypeName switch
        {
            "Observation" when SeriesReading.MetricOf(root) is not null => SeriesReading.Value(root),
            "Observation" => First(root, "value") ?? Components(root) ?? First(root, "dataAbsentReason"),
            "Condition" => IsOver(resource) ? null : First(root, "clinicalStatus"),
            "AllergyIntolerance" => Inner(root, "reaction", "manifestation") ?? Inner(root, "reaction", "description") ?? Inner(root, "note", "text"),
            "MedicationRequest" => TimingReader.Dosage(root, "dosageInstruction") ?? ActiveStatus(root),
            "MedicationStatement" => TimingReader.Dosage(root, "dosage") ?? ActiveStatus(root),
            "DiagnosticReport" => root.Text("conclusion") ?? CountOf(root.All("result").Count, ReadingText.Results),
            "Encounter" => First(root, "reasonCode"),
            "FamilyMemberHistory" => Inner(root, "condition", "code"),
            "Goal" => IsOver(resource) ? null : First(root, "lifecycleStatus"),
            "QuestionnaireResponse" => CountOf(root.All("item").Count, ReadingText.Answers),
            "MedicationAdministration" => root.TryGetChild("dosage", out var dosage) ? dosage.Text("text") ?? First(dosage, "dose") : null,
            "MedicationDispense" => First(root, "quantity") ?? TimingReader.Dosage(root, "dosageInstruction"),
            "Patient" => root.Text("birthDate") is { } born ? Say.Fill(ReadingText.Born, FhirDate.Say(born)) : null,
            "Consent" => root.Text("status") == "active" ? null : ReadingText.Ended,
            "Communication" => Shortened(Inner(root, "payload", "content")),
            "Claim" or "ExplanationOfBenefit" => First(root, "total") ?? Inner(root, "total", "amount"),
            _ => null,
        };
    }

    /// <summary>The status of what is in force; any other is the line's state or alarm.</summary>
    private static string? ActiveStatus(Element root) => root.Text("status") is "active" ? Wording.Code("active") : null;

    private static string? State(Resource resource) => resource.TypeName switch
    {
        _ when IsOver(resource) => ReadingText.Over,
        "MedicationRequest" or "MedicationStatement" => resource.Root.Text("status") is { } status && status != "active" && !Alarming.Contains(status) ? Wording.Code(status) : null,
        "AllergyIntolerance" => HasClinicalStatus(resource.Root, "inactive") ? First(resource.Root, "clinicalStatus") : null,
        _ => null,
    };

    /// <summary>Whether it went on for a while and does no more. A visit or an operation that is done is simply what it is.</summary>
    private static bool IsOver(Resource resource) => resource.TypeName switch
    {
        "Condition" or "AllergyIntolerance" => HasClinicalStatus(resource.Root, "resolved"),
        "MedicationRequest" or "MedicationStatement" or "CarePlan" => resource.Root.Text("status") is "completed",
        "Goal" => resource.Root.Text("lifecycleStatus") is "completed",
        _ => false,
    };

    private static bool HasClinicalStatus(Element root, string code) =>
        root.TryGetChild("clinicalStatus", out var status) && status.All("coding").Exists(coding => coding.Text("code") == code);

    private static string? First(Element root, string name) => root.TryGetChild(name, out var child) ? ValueReader.Words(child) : null;

    private static string? Inner(Element root, string outer, string inner)
    {
        var words = root.All(outer).Select(part => First(part, inner)).OfType<string>().Distinct().ToList();
        return words.Count == 0 ? null : Say.List(words);
    }

    private static string? Shortened(string? words) => words is null ? null : OneLine.Of(words.Shorten(MostOfMessage));

    private static string? CountOf(int count, string forms) => count == 0 ? null : Say.Count(forms, count);

    /// <summary>Two numbers of one unit, as blood pressure has them, are told together; other parts with their names.</summary>
    private static string? Components(Element root)
    {
        var components = root.All("component");
        if (BloodPressure(components) is { } pressure)
        {
            return pressure;
        }

        var parts = components.Select(part => (Name: First(part, "code"), Value: First(part, "value"))).Where(part => part.Value is not null).ToList();
        if (parts is [var high, var low] && Split(high.Value!) is (var a, { Length: > 0 } unit) && Split(low.Value!) is var (b, same) && unit == same)
        {
            return $"{a} / {b} {unit}";
        }

        return parts.Count == 0 ? null : string.Join(", ", parts.Take(3).Select(part => $"{part.Name}: {part.Value}")) + (parts.Count > 3 ? " …" : "");
    }

    /// <summary>The upper value first, in whole numbers, as people say it: whatever order they were written in.</summary>
    private static string? BloodPressure(List<Element> components) =>
        Pressure(components, Systolic) is (var upper, { Length: > 0 } unit) && Pressure(components, Diastolic) is (var lower, { } other) && unit == other
            ? $"{upper} / {lower} {unit}"
            : null;

    private static (string Number, string? Unit) Pressure(List<Element> components, string code)
    {
        foreach (var component in components)
        {
            if (component.TryGetChild("code", out var concept)
                && concept.All("coding").Exists(coding => coding.Text("system") == LoincNames.System && coding.Text("code") == code)
                && component.TryGetChild("value", out var value) && value.TypeName == "Quantity" && value.Text("comparator") is null
                && decimal.TryParse(value.Text("value"), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                return (Math.Round(number, MidpointRounding.AwayFromZero).ToString("0", CultureInfo.InvariantCulture), Wording.Unit(value.Text("unit") ?? value.Text("code") ?? ""));
            }
        }

        return ("", null);
    }

    private static (string Number, string Unit) Split(string quantity)
    {
        var space = quantity.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (quantity, "") : (quantity[..space], quantity[(space + 1)..]);
    }

    /// <summary>When it happened, as FHIR wrote it; null when it does not say.</summary>
    public static string? DateOf(Element root) => Date(root).Text;

    private static (string? Text, string? Say) Date(Element root)
    {
        foreach (var name in DateElements)
        {
            if (!root.TryGetChild(name, out var element))
            {
                continue;
            }

            var text = element.TypeName == "Period" ? element.Text("start") ?? element.Text("end") : element.GetString();
            if (text is not null && FhirDate.Day(text) is { } day)
            {
                return (text, day);
            }
        }

        return (null, null);
    }
}
