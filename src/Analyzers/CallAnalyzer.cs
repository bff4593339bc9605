using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Autograd.Analyzers;

/// <summary>Checkpoints in loops, and the last outputs of sequences of different lengths.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CallAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics =>
        ImmutableArray.Create(Rules.ChangingCapture, Rules.LastOfPadded);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(Checkpoint, OperationKind.Invocation);
        context.RegisterSyntaxNodeAction(Last, SyntaxKind.ElementAccessExpression);
    }

    static void Checkpoint(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod is not { Name: "Run" } method || !method.ContainingType.IsAutograd("Checkpoint")) return;
        foreach (var function in call.Arguments.SelectMany(argument => argument.Descendants()).OfType<IAnonymousFunctionOperation>())
            foreach (var uses in function.Body.Descendants().GroupBy(Variable, SymbolEqualityComparer.Default))
                if (uses.Key is { } variable && !IsDeclaredIn(variable, function.Syntax) && IsChangedByLoop(call, variable))
                    context.ReportDiagnostic(Diagnostic.Create(Rules.ChangingCapture, uses.First().Syntax.GetLocation(), variable.Name));
    }

    static ISymbol? Variable(IOperation operation) => operation switch
    {
        ILocalReferenceOperation { IsDeclaration: false, Local: { IsConst: false } local } => local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    static bool IsDeclaredIn(ISymbol variable, SyntaxNode node) =>
        variable.DeclaringSyntaxReferences.Any(declared => node.Span.Contains(declared.Span));

    // A loop around the call that writes to a variable from outside of its body.
    static bool IsChangedByLoop(IOperation call, ISymbol variable)
    {
        for (var operation = call.Parent; operation is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation);
            operation = operation.Parent)
            if (operation is ILoopOperation loop && !IsDeclaredIn(variable, loop.Body.Syntax)
                && loop.Descendants().Any(other => other.Written() is { } target
                    && SymbolEqualityComparer.Default.Equals(target.Target(), variable)))
                return true;
        return false;
    }

    static void Last(SyntaxNodeAnalysisContext context)
    {
        var access = (ElementAccessExpressionSyntax)context.Node;
        if (access.ArgumentList.Arguments.FirstOrDefault()?.Expression is not PrefixUnaryExpressionSyntax
            {
                RawKind: (int)SyntaxKind.IndexExpression, Operand: LiteralExpressionSyntax { Token.Value: 1 },
            })
            return;
        if (context.SemanticModel.GetTypeInfo(access.Expression).Type.IsTensor()
            && context.SemanticModel.GetOperation(access.Expression) is { } outputs && LengthsOf(outputs, 0) is { } lengths)
            context.ReportDiagnostic(
                Diagnostic.Create(Rules.LastOfPadded, access.GetLocation(), additionalLocations: [lengths.Syntax.GetLocation()]));
    }

    // The lengths that were given to the call whose outputs these are, directly or by a variable.
    static IOperation? LengthsOf(IOperation value, int depth) => depth == 5 ? null : value.Bare() switch
    {
        IPropertyReferenceOperation { Property.Name: "Outputs", Instance: { } run } => LengthsOf(run, depth + 1),
        IFieldReferenceOperation { Field.Name: "Outputs", Instance: { } run } => LengthsOf(run, depth + 1),
        IInvocationOperation { TargetMethod: { Name: "Run" or "Forward" or "Probe" } method } call
            when method.ContainingNamespace.ToDisplayString() == "Autograd.Layers" => call.Arguments.FirstOrDefault(AreLengths)?.Value,
        ILocalReferenceOperation { Local: var local } => local.DeclaringSyntaxReferences.Select(declared => declared.GetSyntax())
            .Select(declared => First(declared) is { } first && value.SemanticModel!.GetOperation(first) is { } given
                ? LengthsOf(given, depth + 1)
                : null)
            .FirstOrDefault(lengths => lengths is not null),
        _ => null,
    };

    // Lengths that a caller may leave out are looked at by whoever passes them on.
    static bool AreLengths(IArgumentOperation argument) =>
        argument.Parameter?.Name == "lengths" && argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Value.Bare() is not
            (IDefaultValueOperation or IParameterReferenceOperation { Parameter.HasExplicitDefaultValue: true });

    // What a variable is declared with: alone, or as the first part of a tuple that is taken apart.
    static ExpressionSyntax? First(SyntaxNode declared) => declared switch
    {
        VariableDeclaratorSyntax { Initializer.Value: var value } => value,
        SingleVariableDesignationSyntax { Parent: ParenthesizedVariableDesignationSyntax all }
            when all.Variables[0] == declared && all.Parent?.Parent is AssignmentExpressionSyntax assignment => assignment.Right,
        _ => null,
    };
}
