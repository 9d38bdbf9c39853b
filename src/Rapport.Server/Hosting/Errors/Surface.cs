namespace Rapport.Server.Hosting;

/// <summary>Which face of the server a path belongs to. It decides what an error looks like.</summary>
internal enum Surface
{
    /// <summary>For people: HTML.</summary>
    Pages,

    /// <summary>The FHIR API: OperationOutcome.</summary>
    Fhir,

    /// <summary>Everything else for programs: problem+json.</summary>
    Api,
}

/// <summary>Tells the surfaces apart.</summary>
internal static class Surfaces
{
    /// <summary>The surface of a path.</summary>
    public static Surface Of(PathString path) =>
        path.StartsWithSegments("/fhir", StringComparison.OrdinalIgnoreCase) ? Surface.Fhir
        : path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            || path.StartsWithSegments("/cds-services", StringComparison.Ordinal)
            || path.StartsWithSegments("/shl", StringComparison.Ordinal)
            || path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
            || path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase) ? Surface.Api
        : Surface.Pages;
}
