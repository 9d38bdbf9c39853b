namespace Rapport.Fhir;

/// <summary>What each type of bundle asks of its entries (FHIR R4, Bundle, 2.36.4, and RESTful API, 3.1.0.11).</summary>
internal static class BundleRules
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"];

    public static void Check(BundleType type, List<BundleEntry> entries, BundleIssues issues)
    {
        foreach (var entry in entries)
        {
            switch (type)
            {
                case BundleType.Transaction or BundleType.Batch:
                    CheckRequest(entry, type, issues);
                    break;
                case BundleType.Document or BundleType.Message or BundleType.Collection when entry.Resource is null:
                    issues.Error("required", entry.Location, $"an entry of a {BundleTypeCodes.CodeOf(type)} needs a `resource`");
                    break;
            }
        }

        if (type == BundleType.Document)
        {
            CheckFirst(entries, "document", "Composition", issues);
        }
        else if (type == BundleType.Message)
        {
            CheckFirst(entries, "message", "MessageHeader", issues);
        }
    }

    private static void CheckFirst(List<BundleEntry> entries, string bundle, string type, BundleIssues issues)
    {
        if (entries.Count == 0 || entries[0].Resource?.TypeName != type)
        {
            issues.Error("structure", "Bundle.entry[0]", $"a {bundle} starts with its `{type}`: put that first");
        }
    }

    private static void CheckRequest(BundleEntry entry, BundleType type, BundleIssues issues)
    {
        if (entry.Request is not { } request || request.Method.Length == 0 || request.Url.Length == 0)
        {
            issues.Error("required", entry.Location, $"an entry of a {BundleTypeCodes.CodeOf(type)} needs a `request` with `method` and `url`");
            return;
        }

        if (!Methods.Contains(request.Method))
        {
            issues.Error("value", $"{entry.Location}.request.method", $"unknown method `{ErrorText.Shorten(request.Method)}`");
            return;
        }

        if (request.Method is "POST" or "PUT" && entry.Resource is null)
        {
            issues.Error("required", entry.Location, $"an entry to `{request.Method}` needs a `resource`");
        }
        else if (request.Method is "POST" or "PUT" && TypeOf(request.Url) is { } named && named != entry.Resource?.TypeName)
        {
            issues.Error("invalid", $"{entry.Location}.request.url",
                $"`{ErrorText.Shorten(request.Url)}` does not fit the entry's resource, which is a `{entry.Resource?.TypeName}`");
        }
    }

    /// <summary>The resource type that a request's URL starts with; null for a URL of another kind, such as an operation's.</summary>
    private static string? TypeOf(string url)
    {
        var end = url.AsSpan().IndexOfAny('/', '?');
        var type = end < 0 ? url : url[..end];
        return type.Length > 0 && char.IsAsciiLetterUpper(type[0]) ? type : null;
    }
}
