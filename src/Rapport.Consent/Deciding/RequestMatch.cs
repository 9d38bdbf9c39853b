namespace Rapport.Consent;

/// <summary>How a request meets the conditions of one rule that are about the request, those inherited from the rules around it included.</summary>
/// <param name="IsNamed">Whether what would be done is said as far as it must be: a permit that says nothing of it lets read, and change nothing.</param>
internal readonly record struct RequestMatch(Answer Who, Answer Purpose, Answer Action, Answer Time, bool Uncertain, bool IsNamed)
{
    /// <summary>The match around the outermost rule.</summary>
    public static RequestMatch Around(in NormalizedRequest request) => new(Answer.Yes, Answer.Yes, Answer.Yes, Answer.Yes, Uncertain: false, IsNamed: request.IsRead);

    /// <summary>Whether a rule that permits does so: everything must be certain.</summary>
    public bool Permits => !Uncertain && IsNamed && Who == Answer.Yes && Purpose == Answer.Yes && Action == Answer.Yes && Time == Answer.Yes;

    /// <summary>Whether a rule that denies does so: it is enough that nothing rules it out.</summary>
    public bool Denies => Who != Answer.No && Purpose != Answer.No && Action != Answer.No && Time != Answer.No;

    /// <summary>The match of a rule inside one that this is the match of.</summary>
    /// <param name="rule">The inner rule.</param>
    /// <param name="narrows">Whether what it states is meant within what the outer rule says, and not in place of it.</param>
    /// <param name="request">The request.</param>
    public RequestMatch Within(Rule rule, bool narrows, in NormalizedRequest request) => new(
        Meet(Who, rule.Recipients is { } recipients ? request.Who(recipients) : null, narrows),
        Meet(Purpose, rule.Purposes is { } purposes ? request.What(purposes) : null, narrows),
        Meet(Action, rule.Actions is { } actions ? request.Does(actions) : null, narrows),
        rule.Validity is { } validity ? Min(Time, validity.Contains(request.AtUnixMs)) : Time,
        Uncertain || rule.Uncertain,
        IsNamed || rule.Actions is not null);

    private static Answer Meet(Answer outer, Answer? own, bool narrows) =>
        own is not { } stated ? outer : narrows ? Min(outer, stated) : stated;

    private static Answer Min(Answer a, Answer b) => a < b ? a : b;
}

/// <summary>A request in the form that conditions are compared with.</summary>
internal readonly struct NormalizedRequest(DisclosureRequest request)
{
    private readonly Recipient _recipient = request.Recipient;
    private readonly string _action = Normalize(request.Action);

    public string Purpose { get; } = PurposeOfUse.Normalize(request.Purpose);

    public long AtUnixMs { get; } = request.At.ToUnixTimeMilliseconds();

    /// <summary>Whether it is to read, and so changes nothing.</summary>
    public bool IsRead => _action == ConsentAction.Access;

    public Answer Who(Condition<string> recipients)
    {
        foreach (var reference in recipients.Values)
        {
            if (_recipient.IsKnownAs(reference))
            {
                return Answer.Yes;
            }
        }

        return recipients.HasUnknown ? Answer.Unknown : Answer.No;
    }

    public Answer What(Condition<string> purposes)
    {
        foreach (var purpose in purposes.Values)
        {
            if (PurposeOfUse.Covers(purpose, Purpose))
            {
                return Answer.Yes;
            }
        }

        return purposes.HasUnknown ? Answer.Unknown : Answer.No;
    }

    public Answer Does(Condition<string> actions)
    {
        foreach (var action in actions.Values)
        {
            if (Normalize(action) == _action)
            {
                return Answer.Yes;
            }
        }

        return actions.HasUnknown ? Answer.Unknown : Answer.No;
    }

    /// <summary>Giving someone access and disclosing to them are the same thing seen from two sides.</summary>
    private static string Normalize(string action) => action == ConsentAction.Disclose ? ConsentAction.Access : action;
}
