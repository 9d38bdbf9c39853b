using System.Text;
using Rapport.Data;

namespace Rapport.Server.Pages.Record;

/// <summary>Where the pages of one record stand: one's own under <c>/record</c>, one that is shared under <c>/shared</c>. Makes their addresses.</summary>
/// <param name="Root">The path that all of them begin with.</param>
/// <param name="Purpose">For a shared record: what it is being looked at for.</param>
public sealed record RecordPlace(string Root, string? Purpose)
{
    /// <summary>One's own record.</summary>
    public static RecordPlace Own { get; } = new("/record", null);

    /// <summary>Whether it is someone else's, so that every look is recorded.</summary>
    public bool IsShared => Purpose is not null;

    /// <summary>A record that someone shared.</summary>
    public static RecordPlace SharedBy(PatientId patient, string purpose) => new($"/shared/{patient}", purpose);

    /// <summary>What matters now.</summary>
    public string Overview => Address(Root);

    /// <summary>What matters now of a shared record: a page of its own, since each look is written down.</summary>
    public string Summary => Address($"{Root}/summary");

    /// <summary>Where the timeline stands, without what limits it: for forms.</summary>
    public string TimelinePath => IsShared ? Root : $"{Root}/timeline";

    /// <summary>The timeline.</summary>
    public string Timeline(string? kind = null, string? cursor = null) => Address(TimelinePath, ("kind", kind), ("after", cursor));

    /// <summary>The timeline within limits.</summary>
    public string Timeline(TimelineFilter filter, string? cursor = null) => Address(TimelinePath, [.. filter.Fields(), ("after", cursor)]);

    /// <summary>All that the timeline has within limits, on one page for paper.</summary>
    /// <param name="filter">The limits; null for what matters now.</param>
    /// <param name="sensitive">Whether what is marked as sensitive goes along.</param>
    public string Print(TimelineFilter? filter = null, bool sensitive = false) =>
        Address($"{Root}/print", [.. filter is null ? [] : filter.Fields().Append(("all", "1")), ("sensitive", sensitive ? "1" : null)]);

    /// <summary>One entry, by its FHIR reference.</summary>
    public string Entry(string reference, int? version = null) => Address($"{Root}/{reference}", ("version", version?.ToString()));

    /// <summary>Where a comment on an entry is sent to.</summary>
    public string Comment(string reference) => $"{Root}/{reference}/comment";

    /// <summary>The comments on an entry, after something was done with them.</summary>
    /// <param name="reference">The entry.</param>
    /// <param name="done">What was done, see <see cref="Commenting.CommentsView"/>.</param>
    public string Commented(string reference, string done) => Address($"{Root}/{reference}", ("comment", done)) + "#comments";

    /// <summary>The results of the same kind as this one, over time.</summary>
    public string Chart(string reference) => Address($"{Root}/{reference}/chart");

    /// <summary>The dense measurements that an entry sums up.</summary>
    /// <param name="reference">The entry.</param>
    /// <param name="span">How much is shown, see <see cref="Series.SeriesSpan"/>.</param>
    /// <param name="on">A moment in it.</param>
    public string Series(string reference, string? span = null, string? on = null) => Address($"{Root}/{reference}/series", ("span", span), ("on", on));

    /// <summary>Where an entry is joined with another.</summary>
    public string Together(string reference) => Address($"{Root}/{reference}/join");

    /// <summary>Where an entry is taken apart from another.</summary>
    public string Apart(string reference) => Address($"{Root}/{reference}/apart");

    /// <summary>What keeps an entry home, and changing it.</summary>
    public string Labels(string reference) => Address($"{Root}/{reference}/labels");

    /// <summary>The curve of an electrocardiogram.</summary>
    public string Ecg(string reference) => Address($"{Root}/{reference}/ecg");

    /// <summary>The bytes of a document.</summary>
    public string Content(string reference) => Address($"{Root}/{reference}/content");

    private string Address(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var address = new StringBuilder(path);
        var before = '?';
        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)[("for", Purpose), .. query])
        {
            if (value is not null)
            {
                address.Append(before).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                before = '&';
            }
        }

        return address.ToString();
    }
}
