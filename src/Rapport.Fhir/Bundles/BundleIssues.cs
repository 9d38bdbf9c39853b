namespace Rapport.Fhir;

/// <summary>The issues of one bundle, as many as help: a hostile bundle could have millions, and finding a place costs time.</summary>
internal sealed class BundleIssues
{
    private const int Most = 100;

    private readonly List<CheckIssue> all = [];
    private int errors;
    private int warnings;

    public IReadOnlyList<CheckIssue> All => all;

    /// <summary>Whether there are so many errors that looking for more is no use.</summary>
    public bool IsFull => errors > Most;

    public void Error(string code, string location, string text)
    {
        if (++errors <= Most)
        {
            all.Add(new(IssueSeverity.Error, code, location, text));
        }
        else if (errors == Most + 1)
        {
            all.Add(new(IssueSeverity.Error, "too-costly", location, $"there are more than {Most} issues: correct these first"));
        }
    }

    public void Warning(string code, string location, string text)
    {
        if (++warnings <= Most)
        {
            all.Add(new(IssueSeverity.Warning, code, location, text));
        }
    }
}
