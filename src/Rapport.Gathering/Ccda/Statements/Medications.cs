using System.Text.Json.Nodes;
using Rapport.Records;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>
/// Medicines. What happened (EVN) is a MedicationStatement, in a section of what was given a MedicationAdministration; what is meant to happen a
/// MedicationRequest. The guide has a consensus for requests alone; that what is told as taken is a statement follows from what CDA's moods mean.
/// </summary>
internal static class Medications
{
    private static readonly Dictionary<string, string> StatementStates = new()
    {
        ["active"] = "active",
        ["completed"] = "completed",
        ["aborted"] = "stopped",
        ["cancelled"] = "stopped",
        ["suspended"] = "on-hold",
        ["held"] = "on-hold",
        ["new"] = "intended",
        ["nullified"] = "entered-in-error",
        ["obsolete"] = "stopped",
    };

    private static readonly Dictionary<string, string> RequestStates = new()
    {
        ["active"] = "active",
        ["completed"] = "completed",
        ["aborted"] = "stopped",
        ["cancelled"] = "cancelled",
        ["suspended"] = "on-hold",
        ["held"] = "on-hold",
        ["new"] = "draft",
        ["nullified"] = "entered-in-error",
        ["obsolete"] = "stopped",
    };

    private static readonly Dictionary<string, string> AdministrationStates = new()
    {
        ["active"] = "in-progress",
        ["completed"] = "completed",
        ["aborted"] = "stopped",
        ["cancelled"] = "not-done",
        ["suspended"] = "on-hold",
        ["held"] = "on-hold",
        ["nullified"] = "entered-in-error",
    };

    private static readonly Dictionary<string, string> Intents = new()
    {
        ["INT"] = "plan",
        ["RQO"] = "order",
        ["PRP"] = "proposal",
        ["PRMS"] = "plan",
    };

    internal static void Map(Statement statement, CcdaReading reading)
    {
        if (statement.Mood != "EVN")
        {
            MapRequest(statement, reading);
        }
        else if (statement.Section.Is(CcdaSections.MedicationsAdministered))
        {
            MapAdministration(statement, reading);
        }
        else
        {
            MapTaken(statement, reading);
        }
    }

    internal static void MapRequest(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "MedicationRequest");
        if (MedicationOf(entry) is not { } medicine)
        {
            reading.Leave(statement, NotTakenReason.NoMeaning);
            return;
        }

        var json = entry.Json;
        json["status"] = RequestStates.GetValueOrDefault(statement.Status ?? "", "unknown");
        json["intent"] = Intents.GetValueOrDefault(statement.Mood, "order");
        if (statement.IsNegated)
        {
            json["doNotPerform"] = true;
        }

        json["medicationCodeableConcept"] = medicine;
        json.With("subject", reading.Subject()).With("encounter", statement.Visit).With("authoredOn", Shared.Recorded(entry))
            .With("requester", Shared.Author(reading, statement)).With("reasonCode", Shared.Reasons(entry))
            .With("note", Shared.Notes(entry, More(entry))).With("dosageInstruction", Dosages(entry, withBounds: true)).With("dispenseRequest", DispenseOf(entry));
        reading.Add(entry);
    }

    /// <summary>What was ordered to be supplied, or was handed out.</summary>
    internal static void MapSupply(Statement statement, CcdaReading reading)
    {
        if (statement.Product is null && statement.Parent?.Product is null)
        {
            Devices.MapSupply(statement, reading);
            return;
        }

        var isDispense = statement.Mood == "EVN";
        var entry = reading.Begin(statement, isDispense ? "MedicationDispense" : "MedicationRequest");
        if ((MedicationOf(entry) ?? ParentMedicine(entry)) is not { } medicine)
        {
            reading.Leave(statement, NotTakenReason.NoMeaning);
            return;
        }

        var json = entry.Json;
        if (isDispense)
        {
            json["status"] = AdministrationStates.GetValueOrDefault(statement.Status ?? "", "unknown") is var state && state == "not-done" ? "cancelled" : state;
            json["medicationCodeableConcept"] = medicine;
            json.With("subject", reading.Subject()).With("performer", Performers(reading, statement, "Practitioner", "Organization", "Patient"))
                .With("quantity", entry.Values.Quantity(statement.Node.First("quantity"))).With("whenHandedOver", entry.Values.Moment(statement.Time));
        }
        else
        {
            json["status"] = RequestStates.GetValueOrDefault(statement.Status ?? "", "unknown");
            json["intent"] = "order";
            json["medicationCodeableConcept"] = medicine;
            json.With("subject", reading.Subject()).With("authoredOn", Shared.Recorded(entry)).With("requester", Shared.Author(reading, statement))
                .With("dispenseRequest", Dispensing(entry, statement));
        }

        json.With("note", Shared.Notes(entry, Instructions(entry)));
        reading.Add(entry);
    }

    private static void MapTaken(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "MedicationStatement");
        var isNone = statement.IsNegated && !IsNamed(statement);
        var medicine = isNone ? R4.Concept(R4.Snomed, "787481004", "No known medications") : MedicationOf(entry);
        if (medicine is null)
        {
            reading.Leave(statement, NotTakenReason.NoMeaning);
            return;
        }

        var json = entry.Json;
        json["status"] = StateOf(entry, isNone);
        json["medicationCodeableConcept"] = medicine;
        json.With("subject", reading.Subject()).With("context", statement.Visit);
        if (statement.Node.Cdas("effectiveTime").FirstOrDefault() is { } time && time.Type() is not ("PIVL_TS" or "EIVL_TS"))
        {
            entry.Values.PutTime(json, "effective", time, goesOn: true);
        }

        json.With("dateAsserted", Shared.Recorded(entry)).With("informationSource", Shared.Author(reading, statement)).With("reasonCode", Shared.Reasons(entry))
            .With("note", Shared.Notes(entry, More(entry))).With("dosage", Dosages(entry, withBounds: false));
        reading.Add(entry);
    }

    private static void MapAdministration(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "MedicationAdministration");
        if (MedicationOf(entry) is not { } medicine)
        {
            reading.Leave(statement, NotTakenReason.NoMeaning);
            return;
        }

        var json = entry.Json;
        json["status"] = statement.IsNegated ? "not-done" : AdministrationStates.GetValueOrDefault(statement.Status ?? "", "unknown");
        json["medicationCodeableConcept"] = medicine;
        json.With("subject", reading.Subject()).With("context", reading.Encounter is { } visit ? R4.Reference(visit) : null);
        entry.Values.PutTime(json, "effective", statement.Time);
        if (!json.ContainsKey("effectiveDateTime") && !json.ContainsKey("effectivePeriod"))
        {
            json["_effectiveDateTime"] = CdaValues.Absent(statement.Time.NullFlavor());
        }

        json.With("performer", Performers(reading, statement, "Practitioner", "Patient")).With("reasonCode", Shared.Reasons(entry))
            .With("note", Shared.Notes(entry, More(entry))).With("dosage", AdministeredDose(entry));
        reading.Add(entry);
    }

    private static string StateOf(CcdaEntry entry, bool isNone)
    {
        var statement = entry.Statement;
        if (isNone)
        {
            entry.Values.Convert("a negated medicine without a name became the code for `No known medications`");
            return "active";
        }

        return statement.IsNegated ? "not-taken" : StatementStates.GetValueOrDefault(statement.Status ?? "", "unknown");
    }

    private static bool IsNamed(Statement statement) =>
        !Shared.IsAnything(statement.Product)
            && (CdaValues.CodeOf(statement.Product) is not null || statement.Product?.HasElements == true || Words.Of(statement.Material.First("name")) is not null);

    /// <summary>What is given: its code, its name, or what the narrative says.</summary>
    private static JsonObject? MedicationOf(CcdaEntry entry)
    {
        var statement = entry.Statement;
        return entry.Values.Concept(statement.Product) ?? (Words.Of(statement.Material.First("name")) is { } name ? R4.Concept(name) : null)
            ?? (statement.Node.First("consumable") is not null && Shared.Words(entry) is { } words ? R4.Concept(words.ReplaceLineEndings(" ").Shorten(500)) : null);
    }

    private static JsonObject? ParentMedicine(CcdaEntry entry) => entry.Values.Concept(entry.Statement.Parent?.Product);

    /// <summary>Its own dosage, and those of the administrations in it that are steps of it.</summary>
    private static JsonArray Dosages(CcdaEntry entry, bool withBounds)
    {
        var statement = entry.Statement;
        var list = new JsonArray();
        Put(CdaDosage.Of(entry, statement, withBounds));
        foreach (var step in statement.Children.Where(child => child.Kind == "substanceAdministration" && child.Fate == StatementFate.Open
            && (child.Product is null || child.Product.At("code") == statement.Product.At("code"))))
        {
            if (CdaDosage.Of(entry, step, withBounds: true) is { } dosage)
            {
                dosage.Insert(0, "sequence", list.Count + 1);
                Put(dosage);
                CcdaReading.Fold(step);
            }
        }

        return list;

        void Put(JsonObject? dosage)
        {
            if (dosage is not null)
            {
                list.Add((JsonNode)dosage);
            }
        }
    }

    private static JsonObject? AdministeredDose(CcdaEntry entry)
    {
        var (node, values) = (entry.Statement.Node, entry.Values);
        var dosage = new JsonObject().With("text", Words.Own(node.First("text"))).With("site", values.Concept(node.First("approachSiteCode")))
            .With("route", values.Concept(node.First("routeCode")))
            .With("dose", CdaDosage.Dose(values, node)).With("rateQuantity", values.Quantity(node.First("rateQuantity")));

        // R4 wants a dose, a rate or words.
        if (dosage.Count > 0 && !dosage.ContainsKey("dose") && !dosage.ContainsKey("rateQuantity") && !dosage.ContainsKey("text"))
        {
            dosage.With("text", Shared.Words(entry) ?? CcdaPeople.TextOf(dosage["route"] as JsonObject));
        }

        return dosage.Count == 0 ? null : dosage;
    }

    /// <summary>What has no element of its own: the maker, the vehicle, the form.</summary>
    private static IEnumerable<string?> More(CcdaEntry entry)
    {
        var node = entry.Statement.Node;
        var product = node.First("consumable", "manufacturedProduct");
        yield return Words.Of(product.First("manufacturerOrganization", "name")) is { } maker ? $"Manufacturer: {maker}" : null;
        foreach (var vehicle in node.Cdas("participant").Where(participant => participant.At("typeCode") == "CSM")
            .Select(participant => participant.First("participantRole", "playingEntity")))
        {
            yield return (Words.Of(vehicle.First("name")) ?? CcdaPeople.TextOf(entry.Values.Concept(vehicle.First("code")))) is { } name
                ? $"Drug vehicle: {name}" : null;
        }
    }

    private static IEnumerable<string?> Instructions(CcdaEntry entry)
    {
        foreach (var instruction in entry.Statement.Children.Where(child => child.Is(T.Instruction)))
        {
            if ((entry.Values.Text(instruction.Node.First("text")) ?? CcdaPeople.TextOf(entry.Values.Concept(instruction.Code))) is { } words)
            {
                CcdaReading.Fold(instruction);
                yield return words;
            }
        }
    }

    /// <summary>The supply that a request itself stands for.</summary>
    private static JsonObject? DispenseOf(CcdaEntry entry)
    {
        if (entry.Statement.Children.FirstOrDefault(child => child.Kind == "supply" && child.Mood != "EVN" && child.Children.Count == 0) is not { } supply
            || supply.Product is { } product && product.At("code") != entry.Statement.Product.At("code") || Dispensing(entry, supply) is not { } dispensing)
        {
            return null;
        }

        CcdaReading.Fold(supply);
        return dispensing;
    }

    /// <summary>CDA counts all fills, FHIR those after the first.</summary>
    private static JsonObject? Dispensing(CcdaEntry entry, Statement supply)
    {
        var json = new JsonObject().With("validityPeriod", entry.Values.Period(supply.Time));
        if (CdaValues.TryNumber(supply.Node.First("repeatNumber").At("value"), out var fills) && fills is >= 1 and <= 1000 && fills == decimal.Truncate(fills))
        {
            json["numberOfRepeatsAllowed"] = (int)fills - 1;
            entry.Values.Convert($"`{(int)fills}` fills in all are `{(int)fills - 1}` repeats after the first");
        }

        return json.With("quantity", entry.Values.Quantity(supply.Node.First("quantity"))) is { Count: > 0 } said ? said : null;
    }

    private static JsonArray Performers(CcdaReading reading, Statement statement, params string[] types) =>
        [.. reading.People.Performers(statement.Node).Select(who => reading.People.Only((JsonObject)who!.DeepClone(), types)).Where(who => who is not null)
            .Select(who => (JsonNode)new JsonObject { ["actor"] = who })];
}
