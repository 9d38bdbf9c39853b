namespace Rapport.Fhir;

/// <summary>Instants as FHIR writes them.</summary>
public static class FhirTime
{
    /// <summary>A FHIR <c>instant</c> in UTC with milliseconds.</summary>
    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
