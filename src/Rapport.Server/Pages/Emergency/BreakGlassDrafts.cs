using Microsoft.AspNetCore.DataProtection;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Emergency;

/// <summary>What was filled in to open somebody's door, while whoever filled it in shows that it is them.</summary>
/// <inheritdoc/>
internal sealed class BreakGlassDrafts(IDataProtectionProvider protection) : SealedDrafts<BreakGlassForm>(protection, "break-glass-draft");
