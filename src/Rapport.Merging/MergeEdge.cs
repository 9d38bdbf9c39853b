namespace Rapport.Merging;

/// <summary>What must be so besides, that two entries are one.</summary>
internal enum MergeCertainty
{
    /// <summary>Nothing.</summary>
    Sure,

    /// <summary>Neither could as well be the same as a third of that source.</summary>
    IfOnly,

    /// <summary>That, and neither source tells the like a day before or after: what is measured every day is often the same on two.</summary>
    IfRare,
}

/// <summary>Two entries that may tell of one thing.</summary>
/// <param name="First">Row of the one that was written first.</param>
/// <param name="Second">Row of the other.</param>
/// <param name="Reason">By which rule.</param>
/// <param name="Certainty">What must be so besides.</param>
internal readonly record struct MergeEdge(int First, int Second, MergeReason Reason, MergeCertainty Certainty);
