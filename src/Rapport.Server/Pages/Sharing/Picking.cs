using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Rapport.Server.Pages.Sharing;

/// <summary>Pages beside the step of what goes along, on which something is searched for and ticked. They lead back to that step.</summary>
internal abstract class Picking
{
    /// <summary>What is picked, as the address says it: what alone goes along, or what stays home.</summary>
    public const string Only = "only", But = "but";
}

/// <summary>Such a page.</summary>
/// <typeparam name="TPick">What is ticked.</typeparam>
/// <typeparam name="TPage">How it is shown.</typeparam>
/// <param name="place">Where it stands.</param>
/// <param name="scope">What is shared where what is ticked goes along alone.</param>
internal abstract class Picking<TPick, TPage>(string place, SharingScope scope) : Picking
    where TPage : PickPage<TPick>
{
    public void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(place, AskAsync);
        pages.MapPost(place, TakeAsync);
    }

    /// <summary>What was ticked before, and what is found or offered beside it: of the kinds that go along where it is to stay home.</summary>
    protected abstract Task<PickOffer<TPick>> OfferAsync(SharingSteps steps, DraftReading reading, bool isOnly, CancellationToken cancel);

    /// <summary>The draft with what is ticked now.</summary>
    protected abstract SharingDraft Tick(SharingDraft draft, IFormCollection fields, PickOffer<TPick> offer, bool isOnly);

    /// <summary>What is picked in a draft, as it carries it.</summary>
    protected abstract IReadOnlyList<string> PickedIn(SharingDraft draft, bool isOnly);

    /// <summary>Whether something that was ticked is to be told about at the step.</summary>
    protected abstract bool IsToCheck(SharingDraft form, PickOffer<TPick> offer, bool isOnly);

    private async Task<IResult> AskAsync(HttpContext http, SharingSteps steps, string? draft, string? pick, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (await steps.ReadAsync(draft, cancel) is not { Recipient: { } recipient, InWho.Count: 0 } reading)
        {
            return steps.Begin(draft);
        }

        var isOnly = pick == Only;
        return new RazorComponentResult<TPage>(new Dictionary<string, object?>
        {
            [nameof(PickPage<>.Draft)] = draft,
            [nameof(PickPage<>.IsOnly)] = isOnly,
            [nameof(PickPage<>.Recipient)] = recipient,
            [nameof(PickPage<>.Offer)] = await OfferAsync(steps, reading, isOnly, cancel),
            [nameof(PickPage<>.Picked)] = PickedIn(reading.Draft, isOnly),
            [nameof(PickPage<>.Find)] = reading.Draft.FindEntry,
        });
    }

    private async Task<IResult> TakeAsync(HttpContext http, IFormCollection fields, SharingSteps steps, CancellationToken cancel)
    {
        if (!await steps.OpenAsync(http))
        {
            return TypedResults.NotFound();
        }

        if (await steps.ReadAsync(fields["draft"], cancel) is not { } before)
        {
            return steps.Begin(null);
        }

        var isOnly = fields["pick"] == Only;
        var offer = await OfferAsync(steps, before, isOnly, cancel);
        var form = steps.Fit(Tick(before.Draft, fields, offer, isOnly));

        // The Enter key sends the form without a button of its own: it looks up what was typed anew, if anything was.
        if (fields["step"] == "find" || (fields["step"] == "enter" && form.FindEntry is not null && form.FindEntry != before.Draft.FindEntry))
        {
            return new SeeOther($"{place}?draft={steps.Seal(form)}&pick={(isOnly ? Only : But)}#found");
        }

        form = form with { FindEntry = null };
        if (isOnly)
        {
            // Who ticked some means these; who ticks none any more has the kinds again.
            form = form with { Scope = PickedIn(form, isOnly).Count > 0 ? scope : form.Scope == scope ? SharingScope.Kinds : form.Scope };
        }

        return steps.To(SharingSteps.What, form, IsToCheck(form, offer, isOnly) ? "&check=1#exactly" : "#exactly");
    }
}

/// <summary>What can be picked.</summary>
/// <param name="Named">What was ticked before.</param>
/// <param name="Found">What else can be.</param>
public sealed record PickOffer<TPick>(IReadOnlyList<TPick> Named, IReadOnlyList<TPick> Found)
{
    /// <summary>All of it.</summary>
    public IEnumerable<TPick> All => Named.Concat(Found);
}

/// <summary>What such a page shows.</summary>
public abstract class PickPage<TPick> : ComponentBase
{
    /// <summary>The form as the address carries it.</summary>
    [Parameter, EditorRequired]
    public required string Draft { get; set; }

    /// <summary>Whether what is ticked goes along alone; else it stays home.</summary>
    [Parameter]
    public bool IsOnly { get; set; }

    [Parameter, EditorRequired]
    public required RecipientChoice Recipient { get; set; }

    /// <summary>What can be ticked, or was.</summary>
    [Parameter, EditorRequired]
    public required PickOffer<TPick> Offer { get; set; }

    /// <summary>What is picked, as the form carries it.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Picked { get; set; }

    /// <summary>What was typed to find some; null for nothing.</summary>
    [Parameter]
    public string? Find { get; set; }
}
