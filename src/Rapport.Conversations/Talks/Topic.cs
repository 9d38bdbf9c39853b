using System.Text.Json.Serialization;

namespace Rapport.Conversations;

/// <summary>What kind of matter a conversation is about. A team answers some sooner than others, and whoever acts for a patient may be limited to some.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Topic>))]
public enum Topic
{
    /// <summary>How somebody is, and whatever is no other.</summary>
    General,

    /// <summary>Results and findings.</summary>
    Results,

    /// <summary>Medicines.</summary>
    Medicines,

    /// <summary>Visits and when they are.</summary>
    Appointments,

    /// <summary>Forms, letters, bills.</summary>
    Papers,
}

/// <summary>What topics have to do with kinds of entries.</summary>
public static class Topics
{
    /// <summary>Whether somebody who acts for a patient within some kinds of entries may read and write about a topic. Whoever is limited may not in general: anything may be said there.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="types">The FHIR types that they are limited to; none for no limit.</param>
    public static bool IsWithin(Topic topic, IReadOnlyCollection<string> types) => types.Count == 0 || topic switch
    {
        Topic.Results => types.Contains("Observation") && types.Contains("DiagnosticReport"),
        Topic.Medicines => types.Contains("MedicationRequest") || types.Contains("MedicationStatement"),
        Topic.Appointments => types.Contains("Appointment") || types.Contains("Encounter"),
        Topic.Papers => types.Contains("DocumentReference"),
        _ => false,
    };
}
