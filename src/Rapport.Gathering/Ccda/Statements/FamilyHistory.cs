using System.Text.Json.Nodes;
using System.Xml.Linq;
using Rapport.Records;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>What relatives have or had, one entry for each relative.</summary>
internal static class FamilyHistory
{
    private static readonly Dictionary<string, string> Genders = new() { ["F"] = "female", ["M"] = "male" };

    /// <summary>Whether a statement that is about somebody else belongs here.</summary>
    internal static bool Takes(Statement statement) => statement.Is(T.FamilyHistoryOrganizer) || (statement.Parent is { } parent && Takes(parent));

    internal static void Map(Statement statement, CcdaReading reading)
    {
        var entry = reading.Begin(statement, "FamilyMemberHistory");
        var (json, values) = (entry.Json, entry.Values);
        var relative = statement.Node.First("subject", "relatedSubject");
        var person = relative.First("subject");
        if (values.Concept(relative.First("code")) is not { } relationship)
        {
            reading.Leave(statement, NotTakenReason.NoMeaning);
            return;
        }

        json["status"] = statement.Status == "completed" ? "completed" : "partial";
        json.With("patient", reading.Subject()).With("date", values.Moment(statement.Time)).With("name", CdaPersons.Display(person.First("name")))
            .With("relationship", relationship);
        if (Genders.GetValueOrDefault(person.First("administrativeGenderCode").At("code") ?? "") is { } gender)
        {
            json["sex"] = R4.Concept("http://hl7.org/fhir/administrative-gender", gender, null);
        }

        json.With("bornDate", CdaTime.Date(person.First("birthTime").At("value")));
        var conditions = Conditions(entry, reading);
        PutDeath(entry, person);
        json.With("note", Shared.Notes(entry)).With("condition", conditions);
        reading.Add(entry);
    }

    private static JsonArray Conditions(CcdaEntry entry, CcdaReading reading)
    {
        var list = new JsonArray();
        foreach (var observation in entry.Statement.Children.Where(child => child.Kind == "observation"))
        {
            if (entry.Values.Concept(observation.Value) is not { } code)
            {
                reading.Leave(observation, observation.Value.NullFlavor() is null ? NotTakenReason.NoMeaning : NotTakenReason.SaysNothing);
                continue;
            }

            if (observation.IsNegated)
            {
                // FHIR has no condition that a relative does not have.
                reading.Leave(observation, NotTakenReason.SaysNothing);
                continue;
            }

            list.Add((JsonNode)Condition(entry, observation, code));
            CcdaReading.Fold(observation);
        }

        return list;
    }

    private static JsonObject Condition(CcdaEntry entry, Statement observation, JsonObject code)
    {
        var condition = new JsonObject { ["code"] = code };
        foreach (var child in observation.Children)
        {
            if (child.Is(T.FamilyDeath) || child.Is(T.Deceased))
            {
                condition["contributedToDeath"] = true;
                CcdaReading.Fold(child);
            }
            else if ((child.Is(T.Age) || child.HasCode("445518008")) && entry.Values.Quantity(child.Value) is { } age && age.ContainsKey("code"))
            {
                condition["onsetAge"] = age;
                CcdaReading.Fold(child);
            }
        }

        if (!condition.ContainsKey("onsetAge"))
        {
            var json = new JsonObject();
            entry.Values.PutTime(json, "onset", observation.Time);
            if (json["onsetPeriod"] is { } period)
            {
                condition["onsetPeriod"] = period.DeepClone();
            }
            else
            {
                condition.With("onsetString", json["onsetDateTime"]?.GetValue<string>());
            }
        }

        return condition;
    }

    private static void PutDeath(CcdaEntry entry, XElement? person)
    {
        var died = entry.Statement.All.Any(each => each.Is(T.FamilyDeath));
        if (entry.Values.Time(person.Sdtc("deceasedTime")) is { } time)
        {
            entry.Json["deceasedDate"] = time[..Math.Min(10, time.Length)];
        }
        else if (person.Sdtc("deceasedInd").At("value") is "true" or "false" || died)
        {
            entry.Json["deceasedBoolean"] = died || person.Sdtc("deceasedInd").IsTrue("value");
        }
    }
}
