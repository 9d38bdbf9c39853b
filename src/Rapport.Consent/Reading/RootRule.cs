using Rapport.Consent.Reading;

namespace Rapport.Consent;

/// <summary>What the policy of a consent says where no provision does.</summary>
internal enum PolicyDefault
{
    Unknown,
    Permit,
    Deny,
}

/// <summary>
/// Works the policy's default into the root provision. R4 gives the root provision no type (it is bounded by the policy), IHE's Privacy Consent
/// on FHIR gives it one, and HL7's own examples use a root without type in several senses. The reading taken here is the table in docs/consent.md:
/// where senses differ, the one that shares less.
/// </summary>
internal static class RootRule
{
    public static Rule Resolve(Rule root, bool hasType, PolicyDefault policy, List<Message> problems) =>
        hasType ? Typed(root, policy) : Untyped(root, policy, problems);

    /// <summary>A root that permits bounds what is permitted, whatever the policy; a root that denies leaves the rest to the policy.</summary>
    private static Rule Typed(Rule root, PolicyDefault policy) =>
        root.Kind == RuleKind.Deny && policy == PolicyDefault.Permit && root.HasConditions ? PermitAllBut(root) : root;

    private static Rule Untyped(Rule root, PolicyDefault policy, List<Message> problems)
    {
        if (root.Rules.Any(static r => r.Kind == RuleKind.Permit))
        {
            // What is listed is what is shared: neither an opt-in nor the bounds add to a list of permits.
            return root;
        }

        if (policy == PolicyDefault.Unknown)
        {
            problems.Add(new Message(static () => ReadingText.UnknownPolicy, root.Location));
            return root;
        }

        if (root.Rules.Count > 0)
        {
            return policy == PolicyDefault.Permit || root.Recipients is not null ? root with { Kind = RuleKind.Permit } : root;
        }

        if (!root.HasConditions)
        {
            return root with { Kind = policy == PolicyDefault.Permit ? RuleKind.Permit : RuleKind.Deny };
        }

        if (policy == PolicyDefault.Permit)
        {
            return PermitAllBut(root with { Kind = RuleKind.Deny });
        }

        return root with { Kind = root.Recipients is not null ? RuleKind.Permit : RuleKind.Deny };
    }

    private static Rule PermitAllBut(Rule denied) => new()
    {
        Kind = RuleKind.Permit,
        Location = "Consent.policyRule",
        Uncertain = denied.Uncertain,
        Validity = denied.Validity,
        Rules = [denied],
    };
}
