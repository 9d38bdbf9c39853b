namespace Rapport.Fhir;

/// <summary>What <see cref="Resource.Parse"/> found: a resource, or the reasons why there is none.</summary>
public sealed class ParseResult
{
    internal ParseResult(Resource? resource, IReadOnlyList<CheckIssue> issues)
    {
        Resource = resource;
        Issues = issues;
    }

    /// <summary>The resource; <see langword="null"/> when it is not valid.</summary>
    public Resource? Resource { get; }

    /// <summary>Everything found, in the order in which it was met: what an object lacks comes after what is wrong in it. A valid
    /// document may still have warnings.</summary>
    public IReadOnlyList<CheckIssue> Issues { get; }

    /// <summary>Whether the document is a valid R4 resource, that is, whether <see cref="Resource"/> is there.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Resource))]
    public bool IsValid => Resource is not null;
}
