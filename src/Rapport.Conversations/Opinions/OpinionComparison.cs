namespace Rapport.Conversations;

/// <summary>How several opinions stand to each other.</summary>
public enum OpinionAgreement
{
    /// <summary>All agree with the present view.</summary>
    AllAgree,

    /// <summary>None differs from the present view, and some would add or change something.</summary>
    AgreeInTheMain,

    /// <summary>Some agree or add something, and some differ.</summary>
    Divided,

    /// <summary>All differ from the present view, which does not say that they are of one mind.</summary>
    AllDiffer,
}

/// <summary>Where opinions agree and where they do not. Worked out of what each chose, never of their words. Pure.</summary>
/// <param name="Agreement">How they stand to each other.</param>
/// <param name="Agree">How many agree.</param>
/// <param name="Refine">How many would add or change something.</param>
/// <param name="Differ">How many differ.</param>
/// <param name="Unsure">How many are not very sure.</param>
/// <param name="WithNext">How many say what else to do.</param>
public sealed record OpinionComparison(OpinionAgreement Agreement, int Agree, int Refine, int Differ, int Unsure, int WithNext)
{
    /// <summary>Compares opinions; null for fewer than two.</summary>
    public static OpinionComparison? Of(IReadOnlyList<Opinion> opinions)
    {
        if (opinions.Count < 2)
        {
            return null;
        }

        int count(OpinionStance stance) => opinions.Count(opinion => opinion.Stance == stance);
        var (agree, refine, differ) = (count(OpinionStance.Agrees), count(OpinionStance.Refines), count(OpinionStance.Differs));
        var agreement = agree == opinions.Count ? OpinionAgreement.AllAgree
            : differ == 0 ? OpinionAgreement.AgreeInTheMain
            : differ == opinions.Count ? OpinionAgreement.AllDiffer
            : OpinionAgreement.Divided;
        return new OpinionComparison(
            agreement, agree, refine, differ, opinions.Count(static opinion => opinion.Confidence == OpinionConfidence.Low), opinions.Count(static opinion => opinion.Next is not null));
    }
}
